package io.gateau.model.djl;

/**
 * DJL reports each use of an engine and of a tokenizer to a host of its makers, unless it is told
 * not to: {@link DjlSettings}.
 */
public final class DjlTelemetry {
  /**
   * What DJL reads before each report: first the environment, then the system properties. A value
   * of the user in either stays.
   */
  public static final String OPT_OUT = "OPT_OUT_TRACKING";

  private DjlTelemetry() {}

  /** Tells DJL in this process to report nothing. */
  public static void turnOff() {
    if (System.getProperty(OPT_OUT) == null) {
      System.setProperty(OPT_OUT, "true");
    }
  }
}
