package io.gateau.pipeline.signals;

import io.gateau.score.LongSignals;
import io.gateau.score.SampleStatus;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A row of the signal store: the columns of {@link SignalColumns} with id and source.
 *
 * @param id the sample's id
 * @param source where the sample came from, as its record says
 * @param status {@code OK}, or why the sample has no usable signals
 * @param contextTokens tokens of the context, after truncation
 * @param responseTokens tokens of the response
 * @param sequenceTokens tokens of the full sequence
 * @param segments segments of the context
 * @param truncated whether tokens were dropped from the left of the context
 * @param shortPerplexity under the short model; empty if it was not computed
 * @param longSignals of the long model; empty if they were not computed
 * @param shortKey key of the short model's signals
 * @param longKey key of the long model's signals
 */
public record ScoredSample(
    String id,
    Optional<String> source,
    SampleStatus status,
    int contextTokens,
    int responseTokens,
    int sequenceTokens,
    int segments,
    boolean truncated,
    OptionalDouble shortPerplexity,
    Optional<LongSignals> longSignals,
    String shortKey,
    String longKey) {}
