package io.gateau.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import io.gateau.model.checkpoint.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpusTest {
  private static final String LIBTORCH = "2.7.1 in /lib";
  private static final Gpus TWO = new Gpus(2, LIBTORCH, true, true);
  private static final Gpus BUILD_FOR_CPUS = new Gpus(0, LIBTORCH, false, true);
  private static final Gpus NO_DRIVER = new Gpus(0, LIBTORCH, true, false);
  private static final Gpus HIDDEN_RUNTIME = new Gpus(0, LIBTORCH, true, true);
  private static final Gpus LAPTOP = new Gpus(0, LIBTORCH, false, false);

  @TempDir Path devices;

  @Test
  void aGpuIsTakenByItsIndex() {
    assertEquals(Device.gpu(0), TWO.firstOrCpu());
    assertEquals(Device.gpu(0), TWO.device("cuda", 0));
    assertEquals(Device.gpu(1), TWO.device("cuda:1", 1));
    assertEquals(
        "device cuda:2 is not there: the GPUs of this process are cuda:0 to cuda:1",
        complaint(TWO, "cuda:2", 2));
  }

  @Test
  void aGpuThatIsAskedForIsNeverReplacedByTheCpu() {
    String forCpus =
        "device cuda:1 cannot be used: libtorch 2.7.1 in /lib is a build for CPUs; set PYTORCH_LIBRARY_PATH to the folder of a build for CUDA (docs/gpus.md); or use --device cpu";
    assertEquals(forCpus, complaint(BUILD_FOR_CPUS, "cuda:1", 1));
    assertEquals(forCpus, complaint(LAPTOP, "cuda:1", 1));
    assertEquals(
        "device cuda cannot be used: CUDA offers no GPU to libtorch 2.7.1 in /lib; check that nvidia-smi lists one, that CUDA_VISIBLE_DEVICES does not hide it, and that libcudart.so is found (docs/gpus.md); or use --device cpu",
        complaint(NO_DRIVER, "cuda", 0));
  }

  @Test
  void autoSaysThatAGpuOfTheMachineStaysUnused() {
    assertEquals(
        "this machine has a GPU, but device auto is the CPU: libtorch 2.7.1 in /lib is a build for CPUs; set PYTORCH_LIBRARY_PATH to the folder of a build for CUDA (docs/gpus.md); --device cpu says that the CPU is meant",
        BUILD_FOR_CPUS.warning());
    assertTrue(HIDDEN_RUNTIME.warning().contains("libcudart.so"), HIDDEN_RUNTIME.warning());
    for (Gpus quiet : new Gpus[] {TWO, LAPTOP, NO_DRIVER}) {
      assertEquals("", quiet.warning());
    }
    assertEquals(Device.cpu(), BUILD_FOR_CPUS.firstOrCpu());
    assertEquals(Device.cpu(), LAPTOP.firstOrCpu());
  }

  @Test
  void aGpuIsPresentWhereItsDeviceFileIsAndNothingHidesIt() throws IOException {
    Files.createFile(devices.resolve("nvidiactl"));
    Files.createFile(devices.resolve("nvidia-uvm"));
    assertFalse(Gpus.isPresent(devices, Map.of()), "the driver without a GPU");

    Files.createFile(devices.resolve("nvidia3"));
    assertTrue(Gpus.isPresent(devices, Map.of()));
    assertTrue(Gpus.isPresent(devices, Map.of("CUDA_VISIBLE_DEVICES", "3")));
    assertFalse(Gpus.isPresent(devices, Map.of("CUDA_VISIBLE_DEVICES", "")));
    assertFalse(Gpus.isPresent(devices, Map.of("CUDA_VISIBLE_DEVICES", "-1")));
    assertFalse(Gpus.isPresent(devices.resolve("none"), Map.of()));
  }

  @Test
  void aLibtorchThatDoesNotLoadIsNamedWithTheInnermostReason() {
    EngineException thrown =
        new EngineException(
            "Failed to load PyTorch native library",
            new UnsatisfiedLinkError("libcuda.so.1: cannot open shared object file"));

    assertEquals(
        "libtorch cannot be loaded from PYTORCH_LIBRARY_PATH=/opt/torch: libcuda.so.1: cannot open shared object file (docs/gpus.md)",
        Gpus.unloadable("/opt/torch", thrown).getMessage());
    assertEquals(
        "libtorch cannot be loaded: libcuda.so.1: cannot open shared object file (docs/gpus.md)",
        Gpus.unloadable(null, thrown).getMessage());
  }

  private static String complaint(Gpus gpus, String name, int index) {
    return assertThrows(ModelException.class, () -> gpus.device(name, index)).getMessage();
  }
}
