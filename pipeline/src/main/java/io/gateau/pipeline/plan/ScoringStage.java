package io.gateau.pipeline.plan;

import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;

/**
 * The stage whose tasks run models. It alone takes GPUs: where executors have some and tasks are
 * not said to take any, each of its tasks takes one, and every other stage runs as many tasks as
 * there are cores.
 */
public final class ScoringStage {
  private static final String EXECUTOR_GPUS = "spark.executor.resource.gpu.amount";
  private static final String TASK_GPUS = "spark.task.resource.gpu.amount";
  private static final String TASK_CPUS = "spark.task.cpus";

  private ScoringStage() {}

  /** A partition for each task, in their order. */
  public static JavaRDD<PlannedTask> of(JavaSparkContext spark, List<PlannedTask> tasks) {
    JavaRDD<PlannedTask> stage = spark.parallelize(tasks, tasks.size());
    SparkConf conf = spark.getConf();
    if (!takesGpus(conf)) {
      return stage;
    }
    TaskResourceRequests request =
        new TaskResourceRequests().cpus(conf.getInt(TASK_CPUS, 1)).resource("gpu", 1);
    return stage.withResources(new ResourceProfileBuilder().require(request).build());
  }

  /** Whether this stage must ask for GPUs; in local mode, Spark gives none to any task. */
  public static boolean takesGpus(SparkConf conf) {
    return conf.getInt(EXECUTOR_GPUS, 0) > 0
        && !conf.contains(TASK_GPUS)
        && !conf.get("spark.master", "").matches("local(\\[.*])?");
  }
}
