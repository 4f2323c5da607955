package io.gateau.jobs;

import static org.apache.spark.sql.functions.col;

import io.gateau.pipeline.OutputFolder;
import io.gateau.pipeline.RunManifest;
import io.gateau.pipeline.rank.RankSamples;
import io.gateau.pipeline.rank.ScoreColumns;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.SignalColumns;
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
final class ScoredRankings implements SampleTexts, AutoCloseable {
  private final Dataset<Row> samples;
  private final Dataset<Row> withSignals;

  private ScoredRankings(Dataset<Row> samples, Dataset<Row> withSignals) {
    this.samples = samples;
    this.withSignals = withSignals;
  }

  /**
   * Opens a scored folder.
   *
   * @param scored output folder of the run or score command
   * @param input where the scored samples are now
   * @throws io.gateau.pipeline.read.file.InputException if nothing has been scored in the folder,
   *     or the input cannot be found
   */
  static ScoredRankings open(SparkSession spark, String scored, List<String> input) {
    OutputFolder folder = OutputFolder.at(spark, scored);
    RunManifest manifest = RunManifest.of(folder);
    Dataset<Row> samples =
        SampleReader.read(spark, manifest.input().withInput(input))
            .filter(col(RecordColumns.REASON).isNull())
            .persist(StorageLevel.DISK_ONLY());
    Dataset<Row> withSignals =
        new SignalStore(spark, folder.signals())
            .join(samples, manifest.signalConfig())
            .filter(col(SignalColumns.STATUS).equalTo(SampleStatus.OK.code()))
            .persist(StorageLevel.DISK_ONLY());
    return new ScoredRankings(samples, withSignals);
  }

  /** The ids of all samples that can be ranked, best first. */
  List<String> ids(SelectConfig config) {
    RankSamples ranking = new RankSamples(config);
    Dataset<Row> ranked =
        ranking.withContextualAwareness(withSignals).filter(col(ScoreColumns.CAS).isNotNull());
    return RankSamples.ordered(ranking.withScores(ranked))
        .select(RecordColumns.ID)
        .collectAsList()
        .stream()
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
