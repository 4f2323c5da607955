package io.gateau.pipeline.plan;

import io.gateau.model.ModelSpec;
import io.gateau.pipeline.inflight.Suspects;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.score.ScoringConfig;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Measures how long the samples of a plan are: some sixty of them, from tasks all over the plan,
 * are tokenized on the executors. It costs a job of a second, and no model is loaded.
 */
public final class LengthMeasurement {
  private static final System.Logger LOG = System.getLogger(LengthMeasurement.class.getName());
  private static final int MOST_TASKS = 32;

  private final JavaSparkContext spark;
  private final LengthTask.Settings settings;
  private final Configuration hadoop;

  /**
   * A measurement.
   *
   * @param input how the records were read
   * @param model with the tokenizer, which may be a URL
   * @param scoring template and max-tokens
   * @param sampleSeconds that one sample may take; 0 for no limit
   * @param signals the store, qualified
   * @param hadoop the configuration of all file systems
   */
  public LengthMeasurement(
      JavaSparkContext spark,
      ReadConfig input,
      ModelSpec model,
      ScoringConfig scoring,
      int sampleSeconds,
      Path signals,
      Configuration hadoop) {
    this.spark = spark;
    this.settings =
        new LengthTask.Settings(input, model, scoring, sampleSeconds, signals.toString());
    this.hadoop = hadoop;
  }

  /**
   * The lengths of samples like those of a plan. A sample that the tokenizer does not survive does
   * not end the run: the usual lengths are taken then.
   *
   * @param run names the files about samples in work
   * @param suspects samples that are left out
   */
  public TextLengths of(ScoringPlan plan, String run, Suspects suspects) {
    List<PlannedTask> tasks = plan.tasks();
    int count = Math.min(MOST_TASKS, tasks.size());
    List<PlannedTask> some =
        IntStream.range(0, count)
            .mapToObj(i -> tasks.get((int) ((long) i * tasks.size() / count)))
            .toList();
    LengthTask task =
        new LengthTask(settings, suspects, run + "-lengths", new SerializableConfiguration(hadoop));
    try {
      return spark
          .parallelize(some, Math.min(count, spark.defaultParallelism()))
          .mapPartitions(task)
          .collect()
          .stream()
          .reduce(LengthTotals.NONE, LengthTotals::plus)
          .lengths();
    } catch (Exception e) {
      // Spark throws its own exceptions without saying so. What is wrong is seen by scoring, too.
      LOG.log(System.Logger.Level.DEBUG, "The lengths of samples could not be measured", e);
      return TextLengths.TYPICAL;
    }
  }
}
