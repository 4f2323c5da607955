package io.gateau.jobs;

import io.gateau.pipeline.inflight.TimeLimit;
import java.util.LinkedHashMap;
import java.util.Map;

/** Exit codes of the process. */
final class ExitCode {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int WRONG_INPUT = 2;
  static final int TIMED_OUT = TimeLimit.EXIT_CODE;
  static final int INTERRUPTED = 130;

  private ExitCode() {}

  /** For the help. */
  static Map<String, String> explained() {
    Map<String, String> result = new LinkedHashMap<>();
    result.put(" " + DONE, "Done.");
    result.put(
        " " + FAILED, "Failed on the way; what was scored stays. The same command continues.");
    result.put(" " + WRONG_INPUT, "Wrong usage, input, model or output; no table was written.");
    result.put(
        " " + TIMED_OUT, "Samples took longer than --sample-seconds. The same command continues.");
    result.put(
        " " + INTERRUPTED, "Interrupted; what was scored stays. The same command continues.");
    return result;
  }
}
