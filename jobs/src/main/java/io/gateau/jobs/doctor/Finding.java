package io.gateau.jobs.doctor;

import io.gateau.jobs.console.PlainText;
import io.gateau.pipeline.read.file.Secrets;
import java.util.Optional;

/**
 * What was found out about one thing.
 *
 * @param grade whether it is as it should be
 * @param name of the thing
 * @param text what it is, without secrets
 * @param remedy how to mend it; empty if there is nothing to mend
 */
public record Finding(Grade grade, String name, String text, Optional<String> remedy) {
  /** How it is. */
  public enum Grade {
    /** As it should be. */
    OK("ok"),
    /** Gateau runs, but not as well as it could. */
    WARNING("warning"),
    /** Gateau cannot do what was asked for. */
    FAULT("fault");

    private final String code;

    Grade(String code) {
      this.code = code;
    }

    /** The word in the report. */
    public String code() {
      return code;
    }
  }

  /** Takes secrets and control characters out of the texts. */
  public Finding {
    text = PlainText.of(Secrets.masked(text));
    remedy = remedy.map(Secrets::masked).map(PlainText::of);
  }

  static Finding ok(String name, String text) {
    return new Finding(Grade.OK, name, text, Optional.empty());
  }

  static Finding warning(String name, String text, String remedy) {
    return new Finding(Grade.WARNING, name, text, Optional.of(remedy));
  }

  static Finding fault(String name, String text, String remedy) {
    return new Finding(Grade.FAULT, name, text, Optional.of(remedy));
  }

  /** A check that threw. What stands after the first semicolon of the message mends it. */
  static Finding thrown(String name, Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null && root.getMessage() == null) {
      root = root.getCause();
    }
    String message = root.getMessage() == null ? root.toString() : root.getMessage();
    String line = message.lines().findFirst().orElse("");
    int remedy = line.indexOf(';');
    return new Finding(
        Grade.FAULT,
        name,
        remedy < 0 ? line : line.substring(0, remedy),
        remedy < 0 ? Optional.empty() : Optional.of(line.substring(remedy + 1).strip()));
  }
}
