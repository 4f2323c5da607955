package io.gateau.planted.real;

import io.gateau.planted.IntRange;
import io.gateau.planted.Kind;
import io.gateau.planted.KindShares;
import io.gateau.planted.PlantedSample;
import java.util.Map;

/**
 * The settings of samples from real documents. Lengths and distances are in tokens.
 *
 * @param shares of each kind, 0 or more, with the sum 1; a kind that is not named has none
 * @param contextTokens length of a context; its logarithm is uniform, whatever the kind
 * @param distance of the evidence of long-range samples from the end of the context; a context that
 *     is too short for a distance gets one that it has room for
 * @param knownLoss an answer is known if its mean loss (nats) given the question alone is this or
 *     less; positive
 */
public record RealConfig(
    Map<Kind, Double> shares, IntRange contextTokens, IntRange distance, double knownLoss) {
  /** The shares where a model can measure what it knows. */
  public static final Map<Kind, Double> MEASURED =
      Map.of(
          Kind.LONG_RANGE, 0.3,
          Kind.LOCAL, 0.2,
          Kind.PARAMETRIC, 0.15,
          Kind.NOISE, 0.2,
          Kind.COPY, 0.15);

  /** The shares without a model. */
  public static final Map<Kind, Double> UNMEASURED =
      Map.of(Kind.LONG_RANGE, 0.35, Kind.LOCAL, 0.25, Kind.NOISE, 0.25, Kind.COPY, 0.15);

  public static final IntRange CONTEXT_TOKENS = new IntRange(1536, 4000);
  public static final IntRange DISTANCE = new IntRange(768, 4000);
  public static final double KNOWN_LOSS = 0.5;

  /** Tokens that a context has beside the distance, at least: the evidence and its paragraph. */
  private static final int BESIDE = 2 * PlantedSample.NEAR_TOKENS;

  public RealConfig {
    shares = KindShares.complete(shares);
    if (!(knownLoss > 0)) {
      throw new IllegalArgumentException(
          "known-loss %s is not positive; give nats per token, such as %s"
              .formatted(knownLoss, KNOWN_LOSS));
    }
    if (distance.low() < PlantedSample.NEAR_TOKENS) {
      throw new IllegalArgumentException(
          "distance %s; below %d tokens a sample is local, not long-range"
              .formatted(distance, PlantedSample.NEAR_TOKENS));
    }
    if (contextTokens.low() < distance.low() + BESIDE) {
      throw new IllegalArgumentException(
          "a distance of %d does not fit into contexts of %d tokens; give %d or more tokens, or a smaller distance"
              .formatted(distance.low(), contextTokens.low(), distance.low() + BESIDE));
    }
  }
}
