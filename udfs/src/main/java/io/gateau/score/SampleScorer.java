package io.gateau.score;

import io.gateau.math.Perplexity;
import io.gateau.model.DeviceMemory;
import io.gateau.model.ModelCache;
import io.gateau.model.ModelSpec;
import io.gateau.model.Work;
import io.gateau.model.decoder.Decoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;

/**
 * Computes signals of samples with one model: docs/method.md, "Signals". Signals of one {@link
 * Pass} share its sequences, and all sequences of all samples of a call share packed batches. The
 * signals of a sample are empty where the device's memory does not hold one of its sequences, even
 * alone. For one thread.
 */
public final class SampleScorer {
  /**
   * Version of the engine's arithmetic; it enters the keys of stored signals. It is raised when a
   * change moves results by more than rounding.
   */
  public static final int NUMERICS_VERSION = 1;

  private static final Signal RESPONSE_LOSS = new ResponseLoss();
  private static final Signal SEGMENT_LOSS = new SegmentLoss();
  private static final Signal SEGMENT_ATTENTION = new SegmentAttention();

  private final ScoringConfig config;
  private final BatchScheduler scheduler;
  private final Decoder decoder;

  /** A scorer for one model with unlimited device memory. */
  public SampleScorer(Decoder decoder, ScoringConfig config) {
    this(decoder, config, DeviceMemory.UNLIMITED);
  }

  /**
   * A scorer for one model.
   *
   * @param memory what the model's device has for activations
   */
  public SampleScorer(Decoder decoder, ScoringConfig config, DeviceMemory memory) {
    this.decoder = decoder;
    this.config = config;
    this.scheduler = new BatchScheduler(decoder, config.batchTokens(), memory);
  }

  /**
   * A scorer for one of the models of this JVM, within the memory that its device has beside the
   * models that are loaded; load all of them first.
   *
   * @throws io.gateau.model.checkpoint.ModelException if the model cannot be used
   */
  public static SampleScorer of(ModelSpec spec, ScoringConfig config) {
    return new SampleScorer(ModelCache.decoder(spec), config, ModelCache.memory(spec));
  }

  /** Tokens that one batch may have at the moment; short samples share batches up to it. */
  public int batchTokens() {
    return scheduler.batchTokens();
  }

  /** Tokens of a batch group with streamed layers; 0 where all layers stay on the device. */
  public int batchGroupTokens() {
    return decoder.batchGroupTokens();
  }

  /**
   * Tells of each batch from now on, as soon as it is computed.
   *
   * @param listener takes the work of a batch and the number of its sequences
   */
  public void listener(ObjLongConsumer<Work> listener) {
    scheduler.listener(listener);
  }

  /**
   * Computes signals of several items, each handed to the item that it belongs to.
   *
   * @param sampleOf the sample of an item, on which each of its signals is defined
   * @param signalsOf the signals that an item needs
   * @param receiver takes an item and the values of its signals: one object per column
   */
  public <S> void score(
      List<S> items,
      Function<S, TokenizedSample> sampleOf,
      Function<S, Collection<Signal>> signalsOf,
      BiConsumer<S, Optional<Map<Signal, List<Object>>>> receiver) {
    List<SampleRequests> requests =
        items.stream()
            .map(
                item ->
                    new SampleRequests(
                        sampleOf.apply(item), config, decoder.config(), signalsOf.apply(item)))
            .toList();
    scheduler.score(requests);
    for (int i = 0; i < requests.size(); i++) {
      SampleRequests own = requests.get(i);
      receiver.accept(
          items.get(i), own.isOutOfMemory() ? Optional.empty() : Optional.of(own.values()));
    }
  }

  /** Values of signals of several samples, in their order. */
  public List<Optional<Map<Signal, List<Object>>>> score(
      List<TokenizedSample> samples, Collection<Signal> signals) {
    List<Optional<Map<Signal, List<Object>>>> values = new ArrayList<>();
    score(samples, sample -> sample, sample -> signals, (sample, value) -> values.add(value));
    return values;
  }

  /** Perplexity of the response given everything before it: GATEAU (arXiv 2410.15633) Eq. 1. */
  public Optional<Double> perplexity(TokenizedSample sample) {
    return value(sample, RESPONSE_LOSS).map(loss -> Perplexity.of((double) loss));
  }

  /** Mean attention that each segment of the context receives from the response. */
  public Optional<double[]> segmentAttention(TokenizedSample sample) {
    return value(sample, SEGMENT_ATTENTION).map(double[].class::cast);
  }

  /**
   * Perplexity of the response with each segment alone in place of the context: GATEAU section 3.2,
   * IS.
   */
  public Optional<double[]> segmentPerplexities(TokenizedSample sample) {
    return value(sample, SEGMENT_LOSS)
        .map(losses -> Arrays.stream((double[]) losses).map(Perplexity::of).toArray());
  }

  /** The first column of a signal of one sample. */
  private Optional<Object> value(TokenizedSample sample, Signal signal) {
    return score(List.of(sample), List.of(signal)).get(0).map(values -> values.get(signal).get(0));
  }
}
