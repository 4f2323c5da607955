package io.gateau.udf;

import io.gateau.model.Decoder;
import io.gateau.model.DeviceMemory;
import io.gateau.model.Devices;
import io.gateau.model.LoadedModel;
import io.gateau.model.ModelSpec;
import io.gateau.model.Models;
import io.gateau.model.Processor;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * Models as a Spark task may use them: on the GPU that Spark gave the task, and with as many
 * threads as the task has CPUs ({@code spark.task.cpus}). All tasks of an executor share one copy
 * of the weights per device.
 */
public final class TaskModels {
  private static final String THREADS = "ai.djl.pytorch.num_threads";
  private static final String INTEROP_THREADS = "ai.djl.pytorch.num_interop_threads";

  private static final String TASK_GPUS = "spark.task.resource.gpu.amount";

  private TaskModels() {}

  /** The model of a recipe, loaded if this executor has not got it yet. */
  public static LoadedModel get(ModelSpec spec) {
    limitThreads();
    return Models.get(placed(spec));
  }

  /** A decoder as the recipe asks for it. */
  public static Decoder decoder(ModelSpec spec) {
    limitThreads();
    return Models.decoder(placed(spec));
  }

  /** What the device of a recipe has for activations; ask when all models are loaded. */
  public static DeviceMemory memory(ModelSpec spec) {
    limitThreads();
    return Models.memory(placed(spec));
  }

  /**
   * The recipe with the number type that it has in this task: {@link Models#concrete}.
   *
   * @param cpu what counts as the CPU where the task has no GPU: the driver's, for all tasks alike
   */
  static ModelSpec concrete(ModelSpec spec, Processor cpu) {
    if (spec.type().isConcrete()) {
      return spec;
    }
    limitThreads();
    return Models.concrete(spec, Devices.isGpu(placed(spec).device()) ? Processor.GPU : cpu);
  }

  /**
   * The recipe with a number type for all tasks of this Spark session: {@code auto} goes by the
   * driver's CPU, or by the GPUs if the tasks are given some.
   *
   * @throws io.gateau.model.ModelException if the checkpoint cannot be opened
   */
  public static ModelSpec concreteForAllTasks(ModelSpec spec, SparkConf conf) {
    if (spec.type().isConcrete()) {
      return spec;
    }
    return Models.concrete(spec, tasksHaveGpus(spec, conf) ? Processor.GPU : Processor.thisCpu());
  }

  private static boolean tasksHaveGpus(ModelSpec spec, SparkConf conf) {
    if (!Devices.AUTO.equals(spec.device())) {
      return spec.device().startsWith("cuda");
    }
    if (conf.getDouble(TASK_GPUS, 0) > 0) {
      return true;
    }
    if (!conf.get("spark.master", "").startsWith("local")) {
      return false;
    }
    limitThreads();
    return Devices.isGpu(Devices.AUTO);
  }

  private static ModelSpec placed(ModelSpec spec) {
    TaskContext task = TaskContext.get();
    if (task == null || !Devices.AUTO.equals(spec.device())) {
      return spec;
    }
    ResourceInformation gpu = task.resourcesJMap().get("gpu");
    return gpu == null ? spec : spec.on("cuda:" + gpu.addresses()[0]);
  }

  /** libtorch reads these once, when it is loaded; a value that the user set stays. */
  private static synchronized void limitThreads() {
    SparkEnv environment = SparkEnv.get();
    if (environment == null || System.getProperty(THREADS) != null) {
      return;
    }
    System.setProperty(THREADS, String.valueOf(environment.conf().getInt("spark.task.cpus", 1)));
    if (System.getProperty(INTEROP_THREADS) == null) {
      System.setProperty(INTEROP_THREADS, "1");
    }
  }
}
