package io.gateau.pipeline.signals;

import io.gateau.score.LongSignals;
import io.gateau.score.SampleStatus;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A row of the signal store. Perplexities and attention are there when the models read the sample.
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
