package io.gateau.model.decoder;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import io.gateau.model.djl.BrokenDeviceException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceOutOfMemoryExceptionTest {
  @Test
  void theMessagesOfTheEnginesAreUnderstood() {
    for (String said :
        List.of(
            "[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory:"
                + " you tried to allocate 107374182400 bytes. Error code 12",
            "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
            "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
            "cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED",
            "CUDA error: out of memory",
            "CUDA out of memory. Tried to allocate 20.00 MiB.",
            "std::bad_alloc")) {
      assertTrue(DeviceOutOfMemoryException.isOutOfMemory(new EngineException(said)), said);
      assertInstanceOf(
          DeviceOutOfMemoryException.class,
          DeviceOutOfMemoryException.of(new EngineException(said), "5 tokens"));
    }
    assertFalse(
        DeviceOutOfMemoryException.isOutOfMemory(
            new EngineException("index out of range in self")));
  }

  @Test
  void aBrokenDeviceIsNotOutOfMemory() {
    assertInstanceOf(
        BrokenDeviceException.class,
        DeviceOutOfMemoryException.of(
            new EngineException("CUDA error: an illegal memory access was encountered"), "it"));
  }
}
