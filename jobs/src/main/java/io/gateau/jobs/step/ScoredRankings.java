package io.gateau.jobs.step;

import static org.apache.spark.sql.functions.col;

import io.gateau.pipeline.OutputFolder;
import io.gateau.pipeline.RunManifest;
import io.gateau.pipeline.StoredSignals;
import io.gateau.pipeline.rank.SampleRanker;
import io.gateau.pipeline.rank.SelectTop;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.Strategy;
import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.samples.DuplicateIds;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.score.SampleStatus;
import io.gateau.train.InstructionSample;
import io.gateau.train.SampleTexts;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * The samples of a scored folder in the order of a ranking, and their texts by id. The folder is
 * only read. Ids come to the driver; texts only those that are asked for.
 */
public final class ScoredRankings implements SampleTexts, AutoCloseable {
  private final Dataset<Row> samples;
  private final Dataset<Row> withSignals;
  private final List<String> strategies;

  private ScoredRankings(Dataset<Row> samples, Dataset<Row> withSignals, List<String> strategies) {
    this.samples = samples;
    this.withSignals = withSignals;
    this.strategies = strategies;
  }

  /**
   * Opens a scored folder.
   *
   * @param scored output folder of the run or score command
   * @param input where the scored samples are now
   * @throws io.gateau.pipeline.read.file.InputException if nothing has been scored in the folder,
   *     or the input cannot be found
   */
  public static ScoredRankings open(SparkSession spark, String scored, List<String> input) {
    OutputFolder folder = OutputFolder.at(spark, scored);
    RunManifest manifest = RunManifest.of(folder);
    SignalConfig stored = manifest.signalConfig();
    List<String> codes =
        StoredSignals.strategies(spark, folder).rankable().stream().map(Strategy::code).toList();
    Dataset<Row> samples =
        DuplicateIds.reject(SampleReader.read(spark, manifest.input().withInput(input)))
            .filter(col(RecordColumns.REASON).isNull())
            .persist(StorageLevel.DISK_ONLY());
    Dataset<Row> withSignals =
        new SignalStore(spark, folder.signals(), stored)
            .join(samples, StoredSignals.needed(codes, stored, folder))
            .filter(col(SignalColumns.STATUS).equalTo(SampleStatus.OK.code()))
            .persist(StorageLevel.DISK_ONLY());
    return new ScoredRankings(samples, withSignals, codes);
  }

  /** Codes of the strategies whose signals are all stored. */
  public List<String> strategies() {
    return strategies;
  }

  /** The ids of all samples that can be ranked, best first. */
  public List<String> ids(RankConfig config) {
    Dataset<Row> scored = SampleRanker.of(config).fit(withSignals).transform(withSignals);
    return SelectTop.ordered(scored).select(RecordColumns.ID).collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }

  @Override
  public Map<String, InstructionSample> of(Collection<String> ids) {
    return samples
        .filter(col(RecordColumns.ID).isin(ids.toArray()))
        .select(
            RecordColumns.ID,
            RecordColumns.CONTEXT,
            RecordColumns.INSTRUCTION,
            RecordColumns.RESPONSE)
        .collectAsList()
        .stream()
        .map(
            row ->
                new InstructionSample(
                    row.getString(0), row.getString(1), row.getString(2), row.getString(3)))
        .collect(Collectors.toMap(InstructionSample::id, sample -> sample));
  }

  @Override
  public void close() {
    withSignals.unpersist();
    samples.unpersist();
  }
}
