package io.gateau.planted;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What the answer of a planted sample truly depends on. */
public enum Kind {
  /** The facts are far from the end of the context, and nowhere else. */
  LONG_RANGE("long-range"),
  /** The facts are in the last {@link PlantedSample#NEAR_TOKENS} tokens of the context. */
  LOCAL("local"),
  /** The facts are in the weights of a trained model ({@link WorldFacts}), never in the context. */
  PARAMETRIC("parametric"),
  /** Nothing tells the answer: it is random, or about what the context does not tell. */
  NOISE("noise"),
  /** The answer is in the instruction itself, or everywhere in the context. */
  COPY("copy");

  private final String code;

  Kind(String code) {
    this.code = code;
  }

  /** The name in files and on the command line, such as {@code long-range}. */
  public String code() {
    return code;
  }

  /**
   * The kind with a code.
   *
   * @throws IllegalArgumentException if there is none, naming those that there are
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
