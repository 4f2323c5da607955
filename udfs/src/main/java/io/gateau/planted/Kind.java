package io.gateau.planted;

import java.util.Arrays;
import java.util.stream.Collectors;

/** On what the answer of a planted sample truly depends. */
public enum Kind {
  /** The facts stand far back in the context, and nowhere else. */
  LONG_RANGE("long-range"),
  /** The facts stand in the last {@link Documents#TAIL_TOKENS} tokens of the context. */
  LOCAL("local"),
  /** The facts are {@link WorldFacts}: known by heart, never in the context. */
  PARAMETRIC("parametric"),
  /** The answer is random; the names asked for never occur in the context. */
  NOISE("noise"),
  /** The answer stands in the instruction itself, or everywhere in the context. */
  COPY("copy");

  private final String code;

  Kind(String code) {
    this.code = code;
  }

  /** The name in files and on the command line. */
  public String code() {
    return code;
  }

  /**
   * The kind of that code.
   *
   * @throws IllegalArgumentException naming the known ones
   */
  public static Kind of(String code) {
    return Arrays.stream(values())
        .filter(kind -> kind.code.equals(code))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no kind '%s'; known are %s"
                        .formatted(
                            code,
                            Arrays.stream(values())
                                .map(Kind::code)
                                .collect(Collectors.joining(", ")))));
  }
}
