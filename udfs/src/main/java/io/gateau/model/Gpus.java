package io.gateau.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.LibUtils;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.djl.LibtorchFolder;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The GPUs that this process can use, and why it can use no more.
 *
 * @param usable how many CUDA and libtorch together offer, {@code cuda:0} and on
 * @param libtorch version and folder of libtorch, for messages
 * @param isForCuda whether that libtorch is a build for CUDA
 * @param isPresent whether the machine shows this process a GPU
 */
record Gpus(int usable, String libtorch, boolean isForCuda, boolean isPresent) {
  private static final System.Logger LOG = System.getLogger(Gpus.class.getName());

  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private static final Path DEVICES = Path.of("/dev");

  /** The files of NVIDIA's driver, one for each GPU: {@code /dev/nvidia0} and on. */
  private static final String DEVICE_FILES = "nvidia[0-9]*";

  private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";

  private static final String MANUAL = "(docs/gpus.md)";

  /** Found once: a process keeps its libtorch and its GPUs. */
  private static final class Holder {
    private static final Gpus GPUS = find();

    private Holder() {}
  }

  /**
   * The GPUs of this process; the first call loads libtorch.
   *
   * @throws ModelException if libtorch cannot be loaded
   */
  static Gpus ofThisProcess() {
    requireLibtorch();
    return Holder.GPUS;
  }

  /** The first GPU, or the CPU where no GPU can be used: {@link #warning}, once in a process. */
  Device firstOrCpu() {
    if (!warning().isEmpty() && !WARNED.getAndSet(true)) {
      LOG.log(Level.WARNING, warning());
    }
    return usable > 0 ? Device.gpu(0) : Device.cpu();
  }

  /**
   * The GPU with an index.
   *
   * @param name what the user calls it, for messages
   * @throws ModelException if there is none
   */
  Device device(String name, int index) {
    if (usable == 0) {
      throw new ModelException(
          "device %s cannot be used: %s; or use --device cpu".formatted(name, fault()));
    }
    if (index >= usable) {
      throw new ModelException(
          "device %s is not there: the GPUs of this process are cuda:0 to cuda:%d"
              .formatted(name, usable - 1));
    }
    return Device.gpu(index);
  }

  /** What to say where device {@code auto} leaves a GPU unused; empty if there is none. */
  String warning() {
    return isPresent && usable == 0
        ? "this machine has a GPU, but device auto is the CPU: %s; --device cpu says that the CPU is meant"
            .formatted(fault())
        : "";
  }

  /** Why no GPU can be used, and what mends it. */
  private String fault() {
    return isForCuda
        ? "CUDA offers no GPU to libtorch %s; check that nvidia-smi lists one, that CUDA_VISIBLE_DEVICES does not hide it, and that libcudart.so is found %s"
            .formatted(libtorch, MANUAL)
        : "libtorch %s is a build for CPUs; set %s to the folder of a build for CUDA %s"
            .formatted(libtorch, LibtorchFolder.VARIABLE, MANUAL);
  }

  /** Whether the driver of a GPU is there, and the environment does not hide it. */
  static boolean isPresent(Path devices, Map<String, String> environment) {
    String visible = environment.getOrDefault(VISIBLE, "0").strip();
    if (visible.isEmpty() || visible.startsWith("-")) {
      return false;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(devices, DEVICE_FILES)) {
      return files.iterator().hasNext();
    } catch (IOException e) {
      return false;
    }
  }

  private static void requireLibtorch() {
    try {
      engine();
    } catch (EngineException | LinkageError e) {
      throw unloadable(System.getenv(LibtorchFolder.VARIABLE), e);
    }
  }

  /** The error of a libtorch that does not load, with the innermost reason. */
  static ModelException unloadable(String folder, Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String from = folder == null ? "" : " from %s=%s".formatted(LibtorchFolder.VARIABLE, folder);
    return new ModelException(
        "libtorch cannot be loaded%s: %s %s".formatted(from, root.getMessage(), MANUAL), thrown);
  }

  private static Gpus find() {
    Path folder = Path.of(LibUtils.getLibtorchPath());
    return new Gpus(
        engine().getGpuCount(),
        "%s in %s".formatted(engine().getVersion(), folder),
        LibtorchFolder.isForCuda(folder),
        isPresent(DEVICES, System.getenv()));
  }

  private static Engine engine() {
    return Engine.getEngine("PyTorch");
  }
}
