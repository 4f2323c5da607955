package io.gateau.pipeline.estimate;

import static org.apache.spark.sql.functions.col;

import io.gateau.pipeline.ScoreConfig;
import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.read.table.TableInput;
import io.gateau.udf.FetchedModels;
import io.gateau.udf.TaskModels;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** Measures how fast the tasks of a session score samples like those of the input. */
public final class RateMeasurement {
  private static final int SAMPLES = 8;

  /** Of a cluster; on one machine all tasks share its memory and its GPU. */
  private static final int MOST_TASKS = 64;

  private RateMeasurement() {}

  /**
   * Scores the first samples of the input for some seconds, in as many tasks as run at the same
   * time; empty if there are none that can be scored.
   *
   * @throws io.gateau.model.checkpoint.ModelException if a model cannot be used
   */
  public static Optional<MeasuredRate> of(
      SparkSession spark, ReadConfig input, ScoreConfig config, int seconds) {
    List<RateTask.Texts> texts =
        SampleReader.read(spark, TableInput.pin(spark, input))
            .where(col(RecordColumns.REASON).isNull())
            .select(RecordColumns.CONTEXT, RecordColumns.INSTRUCTION, RecordColumns.RESPONSE)
            .limit(SAMPLES)
            .collectAsList()
            .stream()
            .map(RateMeasurement::texts)
            .toList();
    if (texts.isEmpty()) {
      return Optional.empty();
    }
    JavaSparkContext context = new JavaSparkContext(spark.sparkContext());
    int slots = TaskSlots.of(spark.sparkContext());
    int tasks = context.isLocal() ? slots : Math.min(MOST_TASKS, slots);
    Configuration hadoop = spark.sessionState().newHadoopConf();
    ScoreConfig resolved =
        config.withModels(
            model ->
                model
                    .absolute()
                    .withDtype(
                        TaskModels.resolveForAllTasks(
                                FetchedModels.local(model, hadoop), spark.sparkContext().conf())
                            .dtype()));
    RateTask task = new RateTask(resolved, texts, seconds, new SerializableConfiguration(hadoop));
    MeasuredRate rate =
        context
            .parallelize(IntStream.range(0, tasks).boxed().toList(), tasks)
            .mapPartitions(task)
            .collect()
            .stream()
            .reduce(MeasuredRate.NONE, MeasuredRate::plus);
    return rate.flops() == 0 ? Optional.empty() : Optional.of(rate);
  }

  private static RateTask.Texts texts(Row row) {
    return new RateTask.Texts(row.getString(0), row.getString(1), row.getString(2));
  }
}
