package io.gateau.planted;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A sample whose true kind is known.
 *
 * @param id unique within a data set
 * @param kind what the answer depends on
 * @param source topic that the context begins with, or where a real question comes from
 * @param context the document
 * @param instruction the question
 * @param response the answer
 * @param contextTokens tokens of the context: words and signs, or those of a tokenizer
 * @param distance tokens between the nearest fact that is needed and the end of the context; empty
 *     if the context states no such fact, or the instruction does
 * @param facts number of facts that the answer states
 * @param knownLoss mean loss (nats) of the answer given the question alone, if a model measured it
 */
public record PlantedSample(
    String id,
    Kind kind,
    String source,
    String context,
    String instruction,
    String response,
    int contextTokens,
    OptionalInt distance,
    int facts,
    OptionalDouble knownLoss) {
  /** Tokens at the end of a context that count as near. */
  public static final int NEAR_TOKENS = 128;
}
