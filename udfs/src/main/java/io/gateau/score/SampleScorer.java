package io.gateau.score;

import io.gateau.math.Perplexity;
import io.gateau.math.Segments;
import io.gateau.model.DeviceMemory;
import io.gateau.model.ModelCache;
import io.gateau.model.ModelSpec;
import io.gateau.model.decoder.AttentionHeads;
import io.gateau.model.decoder.Decoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Computes the raw signals of samples with one model (docs/method.md, "Raw signals"). One forward
 * pass over the whole sample gives the perplexity, together with the attention focus where it is
 * asked for; one pass for each segment gives the segment perplexities. All passes of all samples of
 * a call share packed batches. A signal is empty where the device's memory does not hold one of the
 * sample's sequences, even alone. For one thread.
 */
public final class SampleScorer {
  /** Tokens of a batch on a CPU unless told otherwise; larger ones do not help it. */
  public static final int CPU_BATCH_TOKENS = BatchScheduler.CPU_BATCH_TOKENS;

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

  /** Sequences that the decoder has computed since it was made. */
  public long sequences() {
    return decoder.inferenceCount().sequences();
  }

  /** Tokens that the decoder has computed since it was made. */
  public long tokens() {
    return decoder.inferenceCount().tokens();
  }

  /** Perplexity of the response given everything before it: GATEAU (arXiv 2410.15633) Eq. 1. */
  public Optional<Double> perplexity(TokenizedSample sample) {
    return perplexities(List.of(sample)).get(0);
  }

  /** Perplexities of several samples, in their order. */
  public List<Optional<Double>> perplexities(List<TokenizedSample> samples) {
    return score(samples, this::addPerplexity);
  }

  /**
   * Perplexities of several samples, each handed to the item that it belongs to.
   *
   * @param sampleOf the sample of an item
   * @param receiver takes an item and its perplexity
   */
  public <S> void perplexities(
      List<S> items,
      Function<S, TokenizedSample> sampleOf,
      BiConsumer<S, Optional<Double>> receiver) {
    score(items, sampleOf, this::addPerplexity, receiver);
  }

  /** Perplexity, segment perplexities and segment attention of one sample. */
  public Optional<LongSignals> longSignals(TokenizedSample sample) {
    return longSignals(List.of(sample)).get(0);
  }

  /** Perplexity, segment perplexities and segment attention of several samples, in their order. */
  public List<Optional<LongSignals>> longSignals(List<TokenizedSample> samples) {
    return score(samples, this::addLongSignals);
  }

  /**
   * Long signals of several samples, each handed to the item that it belongs to.
   *
   * @param sampleOf the sample of an item
   * @param receiver takes an item and its signals
   */
  public <S> void longSignals(
      List<S> items,
      Function<S, TokenizedSample> sampleOf,
      BiConsumer<S, Optional<LongSignals>> receiver) {
    score(items, sampleOf, this::addLongSignals, receiver);
  }

  /** Mean attention that each segment of the context receives from the response. */
  public Optional<double[]> segmentAttention(TokenizedSample sample) {
    return score(List.of(sample), this::addSegmentAttention).get(0);
  }

  /**
   * Perplexity of the response with each segment alone in place of the context: GATEAU section 3.2,
   * IS.
   */
  public Optional<double[]> segmentPerplexities(TokenizedSample sample) {
    return score(List.of(sample), this::addSegmentPerplexities).get(0);
  }

  /** Adds a sample's requests and returns how their results become the signal. */
  private interface SignalRequest<T> {
    Supplier<T> add(TokenizedSample sample, SampleRequests requests);
  }

  private <T> List<Optional<T>> score(List<TokenizedSample> samples, SignalRequest<T> request) {
    List<Optional<T>> signals = new ArrayList<>();
    score(samples, sample -> sample, request, (sample, signal) -> signals.add(signal));
    return signals;
  }

  private <S, T> void score(
      List<S> items,
      Function<S, TokenizedSample> sampleOf,
      SignalRequest<T> request,
      BiConsumer<S, Optional<T>> receiver) {
    List<SampleRequests> requests = new ArrayList<>();
    List<Runnable> deliveries = new ArrayList<>();
    for (S item : items) {
      SampleRequests own = new SampleRequests();
      Supplier<T> signal = request.add(sampleOf.apply(item), own);
      requests.add(own);
      deliveries.add(
          () ->
              receiver.accept(
                  item, own.isOutOfMemory() ? Optional.empty() : Optional.of(signal.get())));
    }
    scheduler.score(requests);
    deliveries.forEach(Runnable::run);
  }

  private Supplier<Double> addPerplexity(TokenizedSample sample, SampleRequests requests) {
    Request whole = requests.add(sample.sequence(), sample.response().length, AttentionHeads.NONE);
    return () -> Perplexity.of(whole.negativeLogLikelihood());
  }

  private Supplier<LongSignals> addLongSignals(TokenizedSample sample, SampleRequests requests) {
    Request whole = requests.add(sample.sequence(), sample.response().length, attentionHeads());
    Supplier<double[]> segments = addSegmentPerplexities(sample, requests);
    return () ->
        new LongSignals(
            Perplexity.of(whole.negativeLogLikelihood()),
            segments.get(),
            segmentAttention(sample, whole.attention()));
  }

  private Supplier<double[]> addSegmentAttention(TokenizedSample sample, SampleRequests requests) {
    Request whole = requests.add(sample.sequence(), sample.response().length, attentionHeads());
    return () -> segmentAttention(sample, whole.attention());
  }

  private Supplier<double[]> addSegmentPerplexities(
      TokenizedSample sample, SampleRequests requests) {
    List<Request> segments =
        config
            .segments(sample.context().length)
            .map(segment -> sample.sequence(segment.from(), segment.to()))
            .map(tokens -> requests.add(tokens, sample.response().length, AttentionHeads.NONE))
            .toList();
    return () ->
        segments.stream().map(Request::negativeLogLikelihood).mapToDouble(Perplexity::of).toArray();
  }

  private AttentionHeads attentionHeads() {
    return config.focus().in(decoder.config());
  }

  /** From attention per position of the sequence, (T), to attention per segment, (k). */
  private double[] segmentAttention(TokenizedSample sample, double[] attention) {
    int start = sample.prefix().length;
    double[] context = Arrays.copyOfRange(attention, start, start + sample.context().length);
    return Segments.means(context, config.segments(context.length));
  }
}
