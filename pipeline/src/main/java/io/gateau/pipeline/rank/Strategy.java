package io.gateau.pipeline.rank;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What the rows are ranked by: docs/method.md, "Strategies". All use the same stored signals. The
 * highest score ranks first.
 */
public enum Strategy {
  /** alpha * N(HMP) + (1 - alpha) * N(CAS): GATEAU (arXiv 2410.15633) Eq. 6. */
  GATEAU,
  /** Homologous Models' Guidance alone: Eq. 2. */
  HMG,
  /** Contextual Awareness Measurement alone: Eq. 5. */
  CAM,
  /** Perplexity Guidance: the perplexity under the long model. */
  PERPLEXITY,
  /** A seeded hash of the id, uniform in [0, 1). */
  RANDOM,
  /** Every row is selected, in the order of the ids. */
  ALL;

  /** The name on the command line and in configuration files. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The strategy of that name.
   *
   * @throws IllegalArgumentException if there is none, naming those that there are
   */
  public static Strategy of(String code) {
    return Arrays.stream(values())
        .filter(strategy -> strategy.code().equals(code))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "strategy %s is not known; use %s"
                        .formatted(
                            code,
                            Arrays.stream(values())
                                .map(Strategy::code)
                                .collect(Collectors.joining(", ")))));
  }
}
