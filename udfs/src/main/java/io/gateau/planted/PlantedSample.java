package io.gateau.planted;

import java.util.OptionalInt;

/**
 * A sample whose true kind is known.
 *
 * @param id unique within a data set
 * @param kind what the answer depends on
 * @param source topic that the context begins with
 * @param context the document
 * @param instruction the question
 * @param response the answer
 * @param contextTokens number of words and signs of the context
 * @param distance tokens between the nearest fact that is needed and the end of the context; empty
 *     if the context states no such fact, or the instruction does
 * @param facts number of facts that the answer states
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
    int facts) {}
