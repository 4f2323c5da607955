package io.gateau.model.djl;

/**
 * What DJL is told before its first use in a process. Every class that may be the first of a
 * process to call DJL calls {@link #apply} in its static initialiser, so that no program needs to
 * think of it, on drivers and on executors.
 */
public final class DjlSettings {
  /** What DJL reads before each download, from the environment and from the system properties. */
  private static final String OFFLINE_VARIABLE = "DJL_OFFLINE";

  private static final String OFFLINE = "ai.djl.offline";

  private DjlSettings() {}

  /**
   * Turns off what DJL would send or fetch, and completes what the environment says of libtorch. A
   * value of the user stays.
   */
  public static void apply() {
    DjlTelemetry.turnOff();
    forbidDownloads();
    LibtorchFolder.describe(System.getenv(), System.getProperties());
  }

  /**
   * Where DJL finds a GPU it would fetch tokenizers built for CUDA and, without a libtorch, one of
   * those too. The jar has all that is used.
   */
  private static void forbidDownloads() {
    if (System.getenv(OFFLINE_VARIABLE) == null && System.getProperty(OFFLINE) == null) {
      System.setProperty(OFFLINE, "true");
    }
  }
}
