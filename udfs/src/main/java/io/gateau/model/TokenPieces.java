package io.gateau.model;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A sample as token ids, piece by piece: [start] prefix context middle response.
 *
 * @param lead the start token, if the tokenizer has one, and the prefix
 * @param context the long input; what {@link #fittedTo} drops is dropped from its left
 * @param middle the instruction with the text around it
 * @param response the target answer
 * @param truncated whether context tokens were dropped
 */
public record TokenPieces(
    int[] lead, int[] context, int[] middle, int[] response, boolean truncated) {

  /** Encodes each piece of a sample on its own. */
  public static TokenPieces of(
      Tokenizer tokenizer,
      PromptTemplate template,
      String context,
      String instruction,
      String response) {
    int[] prefix = tokenizer.encode(template.prefix());
    int[] lead = IntStream.concat(tokenizer.start().stream(), Arrays.stream(prefix)).toArray();
    return new TokenPieces(
        lead,
        tokenizer.encode(context),
        tokenizer.encode(template.middle(instruction)),
        tokenizer.encode(response),
        false);
  }

  /** Number of tokens of the full sequence. */
  public int total() {
    return lead.length + context.length + middle.length + response.length;
  }

  /**
   * Whether lead, middle and response with at least one context token fit into {@code maxTokens}.
   */
  public boolean fits(int maxTokens) {
    return total() - context.length < maxTokens;
  }

  /**
   * The same pieces with as many context tokens dropped from the left as {@code maxTokens} asks
   * for.
   *
   * @throws IllegalArgumentException if even without context they do not fit
   */
  public TokenPieces fittedTo(int maxTokens) {
    int over = total() - maxTokens;
    if (over > context.length) {
      throw new IllegalArgumentException(
          total() - context.length + " tokens beside the context do not fit into " + maxTokens);
    }
    return over <= 0
        ? this
        : new TokenPieces(
            lead, Arrays.copyOfRange(context, over, context.length), middle, response, true);
  }

  /** The full sequence. */
  public int[] sequence() {
    return sequence(0, context.length);
  }

  /**
   * The sequence whose context is only its tokens {@code from} (inclusive) to {@code to}
   * (exclusive).
   */
  public int[] sequence(int from, int to) {
    return Stream.of(lead, Arrays.copyOfRange(context, from, to), middle, response)
        .flatMapToInt(Arrays::stream)
        .toArray();
  }
}
