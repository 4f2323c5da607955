package io.gateau.udf;

import io.gateau.model.Devices;
import io.gateau.model.LoadedModel;
import io.gateau.model.MemoryPolicy;
import io.gateau.model.ModelCache;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.Processor;
import io.gateau.score.SampleScorer;
import io.gateau.score.ScoringConfig;
import java.util.OptionalLong;
import java.util.regex.Pattern;
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

  private static final Pattern INDEX = Pattern.compile("\\d{1,4}");

  private static final String TASK_GPUS = "spark.task.resource.gpu.amount";
  private static final String EXECUTOR_GPUS = "spark.executor.resource.gpu.amount";

  private TaskModels() {}

  /**
   * The model of a spec on the task's device, loaded if this executor does not have it yet.
   *
   * @throws ModelException if it cannot be used
   * @throws IllegalArgumentException if its dtype is not resolved
   */
  public static LoadedModel get(ModelSpec spec) {
    limitThreads();
    return ModelCache.get(onTaskDevice(spec));
  }

  /**
   * A scorer for the model of a spec on the task's device, within the memory of that device. Load
   * all models of the task first ({@link #get}).
   *
   * @throws ModelException if the model cannot be used
   */
  public static SampleScorer scorer(ModelSpec spec, ScoringConfig config) {
    limitThreads();
    return SampleScorer.of(onTaskDevice(spec), config);
  }

  /**
   * A spec with the dtype that it has in this task, {@link ModelCache#resolve}, and with a
   * directory of this machine in place of a URL. A URL is looked at once in a process.
   *
   * @param cpu the CPU that dtype auto goes by if the task has no GPU: the driver's, for all tasks
   */
  static ModelSpec resolve(ModelSpec given, Processor cpu) {
    ModelSpec spec = FetchedModels.once(given);
    if (spec.dtype().isResolved()) {
      return spec;
    }
    limitThreads();
    return ModelCache.resolve(
        spec, Devices.isGpu(onTaskDevice(spec).device()) ? Processor.GPU : cpu);
  }

  /**
   * A spec with one dtype for all tasks of a Spark session: {@code auto} goes by the GPUs if tasks
   * get some, and by the driver's CPU if not.
   *
   * @throws ModelException if the checkpoint cannot be opened, or if the tasks run in this process
   *     and it lacks the GPU that the spec asks for
   */
  public static ModelSpec resolveForAllTasks(ModelSpec spec, SparkConf conf) {
    requireDevice(spec, conf);
    if (spec.dtype().isResolved()) {
      return spec;
    }
    return ModelCache.resolve(
        spec, tasksHaveGpus(spec, conf) ? Processor.GPU : Processor.thisCpu());
  }

  /**
   * Checks that there is the GPU that a spec asks for, where this process can tell.
   *
   * @throws ModelException if the tasks run in this process and it lacks the GPU
   */
  static void requireDevice(ModelSpec spec, SparkConf conf) {
    if (Devices.asksForGpu(spec.device()) && isLocal(conf)) {
      limitThreads();
      Devices.of(spec.device());
    }
  }

  /** Whether the tasks of a session run this model on GPUs. */
  public static boolean tasksHaveGpus(ModelSpec spec, SparkConf conf) {
    if (!Devices.AUTO.equals(spec.device())) {
      return Devices.asksForGpu(spec.device());
    }
    if (!isLocal(conf)) {
      return conf.getDouble(TASK_GPUS, 0) > 0 || conf.getDouble(EXECUTOR_GPUS, 0) > 0;
    }
    limitThreads();
    return Devices.isGpu(Devices.AUTO);
  }

  /** Whether the tasks run in the driver's process. */
  static boolean isLocal(SparkConf conf) {
    String master = conf.get("spark.master", "");
    return master.equals("local") || master.startsWith("local[");
  }

  /** The device of a spec in this task, for people: {@code cpu}, or {@code cuda-0} and on. */
  public static String device(ModelSpec spec) {
    return Devices.label(onTaskDevice(spec).device());
  }

  private static ModelSpec onTaskDevice(ModelSpec spec) {
    TaskContext task = TaskContext.get();
    if (task == null) {
      return spec;
    }
    ResourceInformation gpu = task.resourcesJMap().get("gpu");
    return withinExecutor(
        gpu == null ? spec : spec.onDevice(deviceOfTask(spec.device(), gpu.addresses()[0])));
  }

  /**
   * The device of a task to which Spark gave a GPU; {@code cpu} and {@code cuda:N} stay as they
   * are.
   *
   * @param address what the discovery script of the worker calls the GPU
   * @throws ModelException if the GPU is needed and its address is not an index
   */
  static String deviceOfTask(String device, String address) {
    if (!Devices.AUTO.equals(device) && !Devices.CUDA.equals(device)) {
      return device;
    }
    if (!INDEX.matcher(address).matches()) {
      throw new ModelException(
          "Spark gave this task the GPU %s, which is not an index; use a discovery script that prints indices from 0, as Spark's getGpusResources.sh does"
              .formatted(address));
    }
    return Devices.CUDA + ":" + address;
  }

  /** A model on the CPU keeps to the memory of its executor, unless the user says how much. */
  private static ModelSpec withinExecutor(ModelSpec spec) {
    MemoryPolicy policy = spec.memoryPolicy();
    OptionalLong bytes = ExecutorMemory.outsideHeap(SparkEnv.get().conf());
    if (bytes.isEmpty()
        || policy.deviceMemory() != MemoryPolicy.AVAILABLE
        || Devices.isGpu(spec.device())) {
      return spec;
    }
    return spec.withMemoryPolicy(new MemoryPolicy(bytes.getAsLong(), policy.batchGroupTokens()));
  }

  /** libtorch reads these properties once, when it is loaded; a value that the user set stays. */
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
