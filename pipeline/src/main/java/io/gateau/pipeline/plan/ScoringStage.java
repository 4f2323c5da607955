package io.gateau.pipeline.plan;

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

  /** A partition for each task of a plan, in their order. In local mode there are no resources. */
  public static JavaRDD<PlannedTask> of(JavaSparkContext spark, ScoringPlan plan) {
    JavaRDD<PlannedTask> stage = spark.parallelize(plan.tasks(), plan.tasks().size());
    SparkConf conf = spark.getConf();
    if (!plan.isForGpus() || spark.isLocal() || !canAsk(conf)) {
      return stage;
    }
    TaskResourceRequests request =
        new TaskResourceRequests().cpus(conf.getInt(TASK_CPUS, 1)).resource("gpu", 1);
    return stage.withResources(new ResourceProfileBuilder().require(request).build());
  }

  /** What all tasks take need not be asked for. */
  private static boolean canAsk(SparkConf conf) {
    return conf.getInt(EXECUTOR_GPUS, 0) > 0 && !conf.contains(TASK_GPUS);
  }
}
