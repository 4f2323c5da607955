package io.gateau.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.djl.DjlTelemetry;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The devices of this machine by their names on the command line. */
public final class Devices {
  /**
   * The first GPU if there is one, the CPU otherwise; under Spark, the GPU that the task was given.
   */
  public static final String AUTO = "auto";

  private static final Pattern NAME = Pattern.compile("auto|cpu|cuda(?::(\\d{1,4}))?");

  static {
    DjlTelemetry.turnOff();
  }

  private Devices() {}

  /**
   * Checks a name without touching any device.
   *
   * @return the name
   * @throws IllegalArgumentException if it is not a device's name
   */
  public static String checked(String name) {
    if (name == null) {
      throw new IllegalArgumentException("the device is missing");
    }
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "device %s is not known; use auto, cpu, cuda or cuda:N".formatted(name));
    }
    return name;
  }

  /**
   * Sets how many threads libtorch uses for one computation on the CPU. It has no effect once this
   * process has used libtorch. Another number of threads rounds differently.
   *
   * @param threads 1 or more
   */
  public static void useThreads(int threads) {
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
  }

  /**
   * Whether a name means a GPU on this machine.
   *
   * @throws IllegalArgumentException if it is not a device's name
   * @throws ModelException if this machine does not have the device
   */
  public static boolean isGpu(String name) {
    return of(name).isGpu();
  }

  /**
   * The device with a name.
   *
   * @param name {@code auto}, {@code cpu}, {@code cuda} (the first GPU) or {@code cuda:N}
   * @throws IllegalArgumentException if it is not a device's name
   * @throws ModelException if this machine does not have the device
   */
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
          "device %s is not there: libtorch sees %d GPUs; use --device cpu, or set PYTORCH_LIBRARY_PATH to a CUDA build of libtorch %s"
              .formatted(name, gpus, Engine.getEngine("PyTorch").getVersion()));
    }
    return Device.gpu(index);
  }
}
