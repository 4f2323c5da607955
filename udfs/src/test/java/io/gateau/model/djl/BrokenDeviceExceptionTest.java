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
  /** What libtorch 2.7 adds to every error of CUDA, whatever it is. */
  private static final String HINTS =
      """

      CUDA kernel errors might be asynchronously reported at some other API call, so the stacktrace below might be incorrect.
      For debugging consider passing CUDA_LAUNCH_BLOCKING=1
      Compile with `TORCH_USE_CUDA_DSA` to enable device-side assertions.
      """;

  /* The words of cudaGetErrorString in CUDA 12.6, with the numbers of cudaError_t. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        /*   4 */ "CUDA error: driver shutting down",
        /*  46 */ "CUDA error: CUDA-capable device(s) is/are busy or unavailable",
        /*  53 */ "CUDA error: unspecified launch failure in prior launch",
        /* 214 */ "CUDA error: uncorrectable ECC error encountered",
        /* 220 */ "CUDA error: uncorrectable NVLink error detected during the execution",
        /* 700 */ "CUDA error: an illegal memory access was encountered",
        /* 702 */ "CUDA error: the launch timed out and was terminated",
        /* 709 */ "CUDA error: context is destroyed",
        /* 710 */ "CUDA error: device-side assert triggered",
        /* 714 */ "CUDA error: hardware stack error",
        /* 715 */ "CUDA error: an illegal instruction was encountered",
        /* 716 */ "CUDA error: misaligned address",
        /* 717 */ "CUDA error: operation not supported on global/shared address space",
        /* 718 */ "CUDA error: invalid program counter",
        /* 719 */ "CUDA error: unspecified launch failure",
        /* 810 */ "CUDA error: the MPS client has been terminated by the server",
        /* 911 */ "CUDA error: an async error has occured in external entity outside of CUDA",
        /* 999 */ "CUDA error: unknown error",
        "CUDA driver error: unknown error",
        "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm( handle)`",
        "CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`",
        "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED",
        "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED_CUDA_DRIVER",
        "cuDNN error: CUDNN_STATUS_NOT_INITIALIZED"
      })
  void whatOnlyANewProcessMendsIsRecognised(String message) {
    EngineException said = new EngineException(message + HINTS);
    RuntimeException broken = BrokenDeviceException.of(said);

    assertInstanceOf(BrokenDeviceException.class, broken);
    assertEquals(
        "the GPU no longer computes in this process (%s); the process must end, and its tasks run again in a new one"
            .formatted(message),
        broken.getMessage());
    assertSame(said, broken.getCause());
    assertTrue(BrokenDeviceException.isCauseOf(new IllegalStateException("task", broken)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA error: out of memory",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "CUDA error: CUBLAS_STATUS_NOT_SUPPORTED when calling `cublasGemmEx( handle)`",
        "CUDA error: invalid device ordinal",
        "CUDA error: invalid argument",
        "CUDA error: no kernel image is available for execution on the device",
        "CUDA error: too many resources requested for launch",
        "index out of range in self"
      })
  void otherFaultsStayWhatTheyAre(String message) {
    EngineException said = new EngineException(message + HINTS);

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
