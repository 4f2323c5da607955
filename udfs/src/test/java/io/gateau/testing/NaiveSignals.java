package io.gateau.testing;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The signals of one sample (docs/method.md, "Signals"), from its tokens, by the naive decoder.
 *
 * <pre>
 *   sequence = [bos]  prefix  context  middle  response
 * </pre>
 */
public final class NaiveSignals {

  /** In place of a beginning-of-sequence id if the tokenizer adds none. */
  public static final int NO_BOS = -1;

  private final int[] before; // bos and prefix
  private final int[] context;
  private final int[] middle;
  private final int[] response;
  private final int segmentTokens;
  private final int segmentOverlap;

  /** The signals of a sample whose segments do not overlap. */
  public NaiveSignals(
      int bos, int[] prefix, int[] context, int[] middle, int[] response, int segmentTokens) {
    this(bos, prefix, context, middle, response, segmentTokens, 0);
  }

  /**
   * The signals of a sample.
   *
   * @param bos the beginning-of-sequence id, or {@link #NO_BOS}
   * @param segmentTokens context tokens per segment, at least 1; the last may be shorter
   * @param segmentOverlap tokens shared with the segment before, fewer than segmentTokens
   */
  public NaiveSignals(
      int bos,
      int[] prefix,
      int[] context,
      int[] middle,
      int[] response,
      int segmentTokens,
      int segmentOverlap) {
    if (segmentTokens < 1) {
      throw new IllegalArgumentException("segment tokens " + segmentTokens + " is below 1");
    }
    this.before = bos == NO_BOS ? prefix.clone() : concat(new int[] {bos}, prefix);
    this.context = context.clone();
    this.middle = middle.clone();
    this.response = response.clone();
    this.segmentTokens = segmentTokens;
    this.segmentOverlap = segmentOverlap;
  }

  /** All four signals: {@code shortModel} is the paper's A, {@code longModel} its B. */
  public Numbers numbers(NaiveDecoder shortModel, NaiveDecoder longModel) {
    NaiveDecoder.Trace trace = trace(longModel, context);
    return new Numbers(
        perplexity(shortModel),
        trace.perplexity(),
        segmentPerplexity(longModel),
        segmentAttention(trace));
  }

  /** exp of the mean negative log-likelihood of the response, given everything before it. */
  public double perplexity(NaiveDecoder model) {
    return trace(model, context).perplexity();
  }

  /** The perplexity of the response with each segment alone in place of the context. */
  public double[] segmentPerplexity(NaiveDecoder model) {
    return IntStream.range(0, segments())
        .mapToDouble(i -> trace(model, Arrays.copyOfRange(context, from(i), to(i))).perplexity())
        .toArray();
  }

  /** The attention that each segment receives from the response: mean over its tokens. */
  public double[] segmentAttention(NaiveDecoder model) {
    return segmentAttention(trace(model, context));
  }

  private double[] segmentAttention(NaiveDecoder.Trace trace) {
    return IntStream.range(0, segments())
        .mapToDouble(
            i ->
                Arrays.stream(trace.attention(), before.length + from(i), before.length + to(i))
                    .average()
                    .orElseThrow())
        .toArray();
  }

  private NaiveDecoder.Trace trace(NaiveDecoder model, int[] contextTokens) {
    int[] prompt = concat(before, contextTokens, middle);
    return model.run(concat(prompt, response), prompt.length);
  }

  private int segments() {
    int count = context.length == 0 ? 0 : 1;
    while (count > 0 && to(count - 1) < context.length) {
      count++;
    }
    return count;
  }

  private int from(int segment) {
    return segment * (segmentTokens - segmentOverlap);
  }

  private int to(int segment) {
    return Math.min(context.length, from(segment) + segmentTokens);
  }

  private static int[] concat(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }

  /**
   * One sample's raw signals.
   *
   * @param segmentPpl one perplexity per segment
   * @param segmentAttention one mean attention weight per segment
   */
  @SuppressWarnings("ArrayRecordComponent") // compared element by element, never as a value
  public record Numbers(
      double shortPpl, double longPpl, double[] segmentPpl, double[] segmentAttention) {}
}
