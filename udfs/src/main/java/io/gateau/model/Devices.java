package io.gateau.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.gateau.model.checkpoint.ModelException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From a device's name on the command line to the device. */
public final class Devices {
  /**
   * The first GPU if there is one, the CPU otherwise; under Spark, the GPU that the task was given.
   */
  public static final String AUTO = "auto";

  private static final Pattern NAME = Pattern.compile("auto|cpu|cuda(?::(\\d{1,4}))?");

  private Devices() {}

  /**
   * Checks a name without touching any device.
   *
   * @throws IllegalArgumentException if it is not a device's name
   */
  public static String checked(String name) {
    if (name == null) {
      throw new IllegalArgumentException("the device is missing");
    }
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "device " + name + " is not known; use auto, cpu, cuda or cuda:N");
    }
    return name;
  }

  /**
   * Sets how many threads libtorch uses for one computation on the CPU; without effect once this
   * process has used it. Another number rounds differently.
   */
  public static void useThreads(int threads) {
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
  }

  /**
   * Whether a name means a GPU on this machine.
   *
   * @throws ModelException if it names a device that is not there
   */
  public static boolean isGpu(String name) {
    return of(name).isGpu();
  }

  public static Device of(String name) {
    Matcher matcher = NAME.matcher(checked(name));
    int gpus = Engine.getEngine("PyTorch").getGpuCount();
    if ("cpu".equals(name) || (AUTO.equals(name) && gpus == 0)) {
      return Device.cpu();
    }
    int index =
        matcher.matches() && matcher.group(1) != null ? Integer.parseInt(matcher.group(1)) : 0;
    if (index >= gpus) {
      throw new ModelException(
          "device "
              + name
              + " is not there: libtorch sees "
              + gpus
              + " GPUs; use --device cpu, or set PYTORCH_LIBRARY_PATH to a CUDA build of libtorch "
              + Engine.getEngine("PyTorch").getVersion());
    }
    return Device.gpu(index);
  }
}
