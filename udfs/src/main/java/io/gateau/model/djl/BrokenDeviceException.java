package io.gateau.model.djl;

import java.util.regex.Pattern;

/**
 * A GPU that this process can no longer use. CUDA keeps the context of a process after such a
 * fault, and every later call fails too, whatever it computes: only a new process helps. Whoever
 * runs the process should end it, so that the tasks run again in another one.
 */
public final class BrokenDeviceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Faults after which CUDA, cuBLAS and cuDNN say nothing else, in the words of CUDA 12's {@code
   * cudaGetErrorString}. A handle of cuBLAS or cuDNN that cannot be made is one of them: it is the
   * first that a broken context says to a new thread. Mere "device-side assert" will not do, since
   * libtorch ends every error of CUDA with a hint at device-side assertions.
   */
  private static final Pattern BROKEN =
      Pattern.compile(
          "an illegal (memory access|instruction) was encountered|device-side assert triggered"
              + "|unspecified launch failure|misaligned address|invalid program counter"
              + "|hardware stack error|operation not supported on global/shared address space"
              + "|the launch timed out and was terminated|context is destroyed"
              + "|uncorrectable (ECC|NVLink) error|Invalid access of peer GPU memory"
              + "|CUDA (driver )?error: unknown error|driver shutting down"
              + "|CUDA-capable device\\(s\\) is/are busy or unavailable"
              + "|MPS client has been terminated|async error has occured in external entity"
              + "|CUBLAS_STATUS_(EXECUTION_FAILED|MAPPING_ERROR|NOT_INITIALIZED)"
              + "|CUDNN_STATUS_(EXECUTION_FAILED|MAPPING_ERROR|NOT_INITIALIZED)",
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
