package io.gateau.model.decoder;

import ai.djl.engine.EngineException;
import io.gateau.model.djl.BrokenDeviceException;
import java.util.regex.Pattern;

/**
 * A forward pass does not fit into the memory of its device. The fault is one sample's or one
 * batch's, not the model's: a smaller batch, a shorter sample or a larger device mends it.
 */
public final class DeviceOutOfMemoryException extends RuntimeException {
  /** The messages of libtorch's CPU allocator, of C++, of CUDA, and of cuBLAS and cuDNN. */
  private static final Pattern OUT_OF_MEMORY =
      Pattern.compile(
          "DefaultCPUAllocator: (can't allocate|not enough) memory|std::bad_alloc|out of memory|CU(BLAS|DNN)_STATUS_ALLOC_FAILED|CUDNN_STATUS_INTERNAL_ERROR_(HOST|DEVICE)_ALLOCATION_FAILED",
          Pattern.CASE_INSENSITIVE);

  /** An exception of a pass that was not even started, since it is planned to need too much. */
  public DeviceOutOfMemoryException(String message) {
    super(message);
  }

  private DeviceOutOfMemoryException(String message, Throwable cause) {
    super(message, cause);
  }

  static boolean isOutOfMemory(EngineException thrown) {
    return thrown.getMessage() != null && OUT_OF_MEMORY.matcher(thrown.getMessage()).find();
  }

  /**
   * What to throw in place of an exception of the engine: itself unless memory was short or the
   * device is broken.
   */
  static RuntimeException of(EngineException thrown, String what) {
    return isOutOfMemory(thrown)
        ? new DeviceOutOfMemoryException(
            "%s do not fit into the device's memory".formatted(what), thrown)
        : BrokenDeviceException.of(thrown);
  }
}
