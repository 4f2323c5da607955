package io.gateau.jobs.testing;

import java.util.List;
import java.util.stream.Stream;

/** What a command is told of a small checkpoint that, with another rotary base, is both models. */
public final class PairArguments {
  private PairArguments() {}

  /** Flags for input, models and output, and more of them at the end. */
  public static List<String> of(Object input, Object model, Object output, String... more) {
    return Stream.concat(
            Stream.of(
                    "--input",
                    input,
                    "--short-model",
                    model,
                    "--long-model",
                    model,
                    "--long-rope-theta",
                    "40000",
                    "--segment-tokens",
                    "64",
                    "--output",
                    output)
                .map(Object::toString),
            Stream.of(more))
        .toList();
  }
}
