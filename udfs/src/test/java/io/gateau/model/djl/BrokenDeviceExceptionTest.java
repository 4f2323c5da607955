package io.gateau.model.djl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import io.gateau.model.torch.TorchProgram;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokenDeviceExceptionTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA error: an illegal memory access was encountered\nCUDA kernel errors might be",
        "CUDA error: device-side assert triggered",
        "CUDA error: unspecified launch failure",
        "CUDA error: misaligned address",
        "CUDA error: uncorrectable ECC error encountered",
        "CUDA error: the launch timed out and was terminated",
        "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm( handle)`",
        "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"
      })
  void whatOnlyANewProcessMendsIsRecognised(String message) {
    EngineException said = new EngineException(message);
    RuntimeException broken = BrokenDeviceException.of(said);

    assertInstanceOf(BrokenDeviceException.class, broken);
    assertEquals(
        "the GPU no longer computes in this process (%s); the process must end, and its tasks run again in a new one"
            .formatted(message.lines().findFirst().orElseThrow()),
        broken.getMessage());
    assertSame(said, broken.getCause());
    assertTrue(BrokenDeviceException.isCauseOf(new IllegalStateException("task", broken)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA error: out of memory",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED",
        "CUDA error: invalid device ordinal",
        "index out of range in self"
      })
  void otherFaultsStayWhatTheyAre(String message) {
    EngineException said = new EngineException(message);

    assertSame(said, BrokenDeviceException.of(said));
    assertFalse(BrokenDeviceException.isCauseOf(said));
  }

  /* The message takes the way that CUDA's would: through libtorch and DJL. */
  @Test
  void aProgramThrowsIt() {
    String source =
        """
        class Broken(Module):
          training : bool
          def run(self) -> int:
            ops.prim.RaiseException("CUDA error: device-side assert triggered", "RuntimeError")
            return 1
        """;
    try (TorchProgram program = new TorchProgram("Broken", source, Map.of(), Device.cpu())) {
      String message =
          assertThrows(BrokenDeviceException.class, () -> program.call("run")).getMessage();

      assertTrue(message.endsWith("run again in a new one"), message);
    }
  }
}
