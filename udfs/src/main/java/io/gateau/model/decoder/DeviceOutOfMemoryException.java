package io.gateau.model.decoder;

import ai.djl.engine.EngineException;
import java.util.regex.Pattern;

/**
 * A pass that the memory of its device does not hold: bad luck of one sample or one batch, not of
 * the model. A smaller batch, a shorter sample or a larger device mends it.
 */
public final class DeviceOutOfMemoryException extends RuntimeException {
  /** What libtorch's allocators say: of the CPU, of C++ itself, of CUDA. */
  private static final Pattern EXHAUSTED =
      Pattern.compile(
          "DefaultCPUAllocator: (can't allocate|not enough) memory|std::bad_alloc|out of memory",
          Pattern.CASE_INSENSITIVE);

  public DeviceOutOfMemoryException(String message) {
    super(message);
  }

  private DeviceOutOfMemoryException(String message, Throwable cause) {
    super(message, cause);
  }

  static boolean isExhaustion(EngineException thrown) {
    return thrown.getMessage() != null && EXHAUSTED.matcher(thrown.getMessage()).find();
  }

  /** The exception to throw for what the engine threw. */
  static RuntimeException of(EngineException thrown, String what) {
    return isExhaustion(thrown)
        ? new DeviceOutOfMemoryException(what + " do not fit into the device's memory", thrown)
        : thrown;
  }
}
