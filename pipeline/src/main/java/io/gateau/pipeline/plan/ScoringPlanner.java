package io.gateau.pipeline.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import io.gateau.model.Work;
import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.file.InputFiles;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.samples.OriginalRecords;
import io.gateau.pipeline.signals.PendingSamples;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Writes {@link ScoringPlan}s. One shuffle of narrow rows makes a plan, and of the texts that are
 * copied into it. The driver keeps a hundred bytes per task.
 */
public final class ScoringPlanner {
  private static final String FILE_NUMBER = "plan_file";

  private final SparkSession spark;
  private final Path signals;
  private final ReadConfig input;
  private final PendingCost cost;
  private final TaskCost taskCost;

  /**
   * A planner.
   *
   * @param signals the store below which plans are written, qualified
   * @param input where the samples come from
   * @param cost of a sample
   * @param taskCost of a task
   */
  public ScoringPlanner(
      SparkSession spark, Path signals, ReadConfig input, PendingCost cost, TaskCost taskCost) {
    this.spark = spark;
    this.signals = signals;
    this.input = input;
    this.cost = cost;
    this.taskCost = taskCost;
  }

  /**
   * Writes a plan.
   *
   * @param run names the plan
   * @param pending {@link PendingSamples}, at least one
   * @param count of them
   * @throws io.gateau.pipeline.read.file.InputException if a record is no longer what it was
   */
  public ScoringPlan plan(String run, Dataset<Row> pending, PendingCount count) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    Path folder = ScoringPlan.folder(signals, run);
    PlanFiles planFiles = new PlanFiles(count, cost);
    PlanWriter writer =
        new PlanWriter(
            folder.toString(),
            files(hadoop),
            cost,
            taskCost.flops(count.work(cost).flops()),
            new SerializableConfiguration(hadoop));
    UDF3<String, Long, Long, Integer> fileNumber = planFiles::of;
    try {
      List<PlannedTask> tasks =
          withTexts(pending, count)
              .withColumn(
                  FILE_NUMBER,
                  udf(fileNumber, DataTypes.IntegerType)
                      .apply(
                          col(RecordColumns.CONTENT_KEY),
                          col(PendingSamples.STORED),
                          col(RecordColumns.CHARACTERS)))
              .repartitionById(planFiles.count(), col(FILE_NUMBER))
              .sortWithinPartitions(
                  col(RecordColumns.CHARACTERS).desc(), col(RecordColumns.CONTENT_KEY))
              .javaRDD()
              .mapPartitions(writer)
              .collect();
      return new ScoringPlan(folder, hadoop, taskCost.gpu(), largestFirst(tasks));
    } catch (Exception e) {
      // Spark throws its own exceptions without saying so.
      new ScoringPlan(folder, hadoop, taskCost.gpu(), List.of()).close();
      throw e;
    }
  }

  /**
   * The work of pending samples, by the lengths of some of them.
   *
   * @param count of them
   * @param lengths of what was measured
   */
  public Work expected(PendingCount count, TextLengths lengths) {
    return count.work(cost.with(lengths));
  }

  private static List<PlannedTask> largestFirst(List<PlannedTask> tasks) {
    return tasks.stream()
        .sorted(
            Comparator.<PlannedTask>comparingDouble(task -> task.work().flops())
                .reversed()
                .thenComparing(PlannedTask::file)
                .thenComparing(PlannedTask::offset))
        .toList();
  }

  private Map<String, InputFile> files(Configuration hadoop) {
    Map<String, InputFile> files = new HashMap<>();
    InputFiles.find(input.files(), hadoop).forEach(file -> files.put(file.path(), file));
    return files;
  }

  /** The rows, with their texts where they have no place. */
  private Dataset<Row> withTexts(Dataset<Row> pending, PendingCount count) {
    Dataset<Row> placed = pending;
    for (String text : RecordColumns.TEXTS) {
      placed = placed.withColumn(text, lit(null).cast(DataTypes.StringType));
    }
    if (count.fetched() == 0) {
      return placed;
    }
    Dataset<Row> others = pending.where(col(RecordColumns.OFFSET).isNull());
    return placed
        .where(col(RecordColumns.OFFSET).isNotNull())
        .unionByName(OriginalRecords.fetchTexts(spark, others, input));
  }
}
