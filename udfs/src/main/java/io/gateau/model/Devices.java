package io.gateau.model;

import ai.djl.Device;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.djl.DjlSettings;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The devices of this machine by their names on the command line. */
public final class Devices {
  /**
   * The first GPU if there is one, the CPU otherwise; under Spark, the GPU that the task was given.
   */
  public static final String AUTO = "auto";

  /** The first GPU; under Spark, the GPU that the task was given. */
  public static final String CUDA = "cuda";

  private static final Pattern NAME = Pattern.compile("auto|cpu|cuda(?::(\\d{1,4}))?");

  static {
    DjlSettings.apply();
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
   * @throws ModelException if this process cannot use the device
   */
  public static boolean isGpu(String name) {
    return of(name).isGpu();
  }

  /**
   * What a name means in this process, for people: {@code cpu}, or {@code cuda-0} and on.
   *
   * @throws IllegalArgumentException if it is not a device's name
   * @throws ModelException if this process cannot use the device
   */
  public static String label(String name) {
    Device device = of(name);
    return device.isGpu() ? "cuda-" + device.getDeviceId() : "cpu";
  }

  /** Whether a name asks for a GPU, so that none is an error. */
  public static boolean asksForGpu(String name) {
    return checked(name).startsWith(CUDA);
  }

  /**
   * The device with a name. Where {@code auto} leaves a GPU of this machine unused, the log says
   * once why.
   *
   * @param name {@code auto}, {@code cpu}, {@code cuda} (the first GPU) or {@code cuda:N}
   * @throws IllegalArgumentException if it is not a device's name
   * @throws ModelException if this process cannot use the device, or cannot load libtorch
   */
  public static Device of(String name) {
    Matcher matcher = NAME.matcher(checked(name));
    Gpus gpus = Gpus.ofThisProcess();
    if ("cpu".equals(name)) {
      return Device.cpu();
    }
    if (AUTO.equals(name)) {
      return gpus.firstOrCpu();
    }
    boolean numbered = matcher.matches() && matcher.group(1) != null;
    return gpus.device(name, numbered ? Integer.parseInt(matcher.group(1)) : 0);
  }

  /**
   * What computes in this process.
   *
   * @param libtorch its version and folder
   * @param gpus how many can be used
   * @param warning what to mend where the machine has a GPU that cannot be used; else empty
   */
  public record Found(String libtorch, int gpus, String warning) {}

  /**
   * Loads libtorch and looks for GPUs.
   *
   * @throws ModelException if libtorch cannot be loaded
   */
  public static Found find() {
    Gpus gpus = Gpus.ofThisProcess();
    return new Found(gpus.libtorch(), gpus.usable(), gpus.warning());
  }
}
