package io.gateau.model.djl;

import java.util.regex.Pattern;

/**
 * A GPU that this process can no longer use. CUDA keeps the context of a process after such a
 * fault, and every later call fails too, whatever it computes: only a new process helps. Whoever
 * runs the process should end it, so that the tasks run again in another one.
 */
public final class BrokenDeviceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Faults after which CUDA, cuBLAS and cuDNN say nothing else: CUDA's cudaError_t names them. */
  private static final Pattern BROKEN =
      Pattern.compile(
          "illegal memory access|illegal instruction|device-side assert|unspecified launch failure"
              + "|misaligned address|invalid program counter|hardware stack error"
              + "|invalid address space|launch timed out and was terminated"
              + "|uncorrectable (ECC|NVLink) error|Invalid access of peer GPU memory"
              + "|CUDA error: unknown error|driver shutting down|all CUDA-capable devices are busy"
              + "|CUBLAS_STATUS_EXECUTION_FAILED|CUBLAS_STATUS_MAPPING_ERROR"
              + "|CUDNN_STATUS_EXECUTION_FAILED|CUDNN_STATUS_MAPPING_ERROR",
          Pattern.CASE_INSENSITIVE);

  private BrokenDeviceException(Throwable cause) {
    super(
        "the GPU no longer computes in this process (%s); the process must end, and its tasks run again in a new one"
            .formatted(firstLine(cause.getMessage())),
        cause);
  }

  /** What to throw in place of an exception of the engine: itself unless the device is broken. */
  public static RuntimeException of(RuntimeException thrown) {
    boolean isBroken =
        !(thrown instanceof BrokenDeviceException)
            && thrown.getMessage() != null
            && BROKEN.matcher(thrown.getMessage()).find();
    return isBroken ? new BrokenDeviceException(thrown) : thrown;
  }

  /** Whether this is what ended a task: the exception itself, or one of its causes. */
  public static boolean isCauseOf(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof BrokenDeviceException) {
        return true;
      }
    }
    return false;
  }

  /** The rest is the stack of C++. */
  private static String firstLine(String message) {
    return message.strip().lines().findFirst().orElse("");
  }
}
