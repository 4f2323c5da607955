package io.gateau.jobs;

import static org.apache.spark.sql.functions.col;

import io.gateau.pipeline.OutputFolder;
import io.gateau.pipeline.RunManifest;
import io.gateau.pipeline.SelectSamples;
import io.gateau.pipeline.rank.RankSamples;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.Columns;
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
  private final Dataset<Row> measured;

  private ScoredRankings(Dataset<Row> samples, Dataset<Row> measured) {
    this.samples = samples;
    this.measured = measured;
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
    RunManifest manifest = RunManifest.of(OutputFolder.at(spark, scored));
    ReadConfig read =
        new ReadConfig(input, manifest.input().instruction(), manifest.input().maxLineBytes());
    Dataset<Row> samples =
        manifest
            .recipe()
            .keyed(SampleReader.read(spark, read).filter(col(RecordColumns.REASON).isNull()))
            .persist(StorageLevel.DISK_ONLY());
    Dataset<Row> measured =
        SelectSamples.measured(samples, new SignalStore(spark, scored).rows())
            .filter(col(Columns.STATUS).equalTo(SampleStatus.OK.code()))
            .persist(StorageLevel.DISK_ONLY());
    return new ScoredRankings(samples, measured);
  }

  /** The ids of all samples that can be ranked, best first. */
  List<String> ids(SelectConfig config) {
    RankSamples ranking = new RankSamples(config);
    Dataset<Row> ranked =
        ranking.withContextualAwareness(measured).filter(col(Columns.CAS).isNotNull());
    return RankSamples.ordered(ranking.withScores(ranked))
        .select(Columns.ID)
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
    measured.unpersist();
    samples.unpersist();
  }
}
