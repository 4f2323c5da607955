package io.gateau.score;

import io.gateau.math.Segments.Segment;
import io.gateau.model.checkpoint.Tokenizer;
import io.gateau.model.checkpoint.Tokenizer.Tail;
import io.gateau.model.tokenizer.SpecialTokens;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * A sample as token ids, in four pieces that are encoded on their own: docs/method.md, "A sample".
 *
 * @param start the start token, if the tokenizer has one
 * @param prefix the template's prefix
 * @param context the long input; {@link #truncatedTo} drops tokens from its left
 * @param instruction the instruction together with the template around it
 * @param response the target answer
 * @param truncated whether context tokens were dropped
 */
public record TokenizedSample(
    int[] start,
    int[] prefix,
    int[] context,
    int[] instruction,
    int[] response,
    boolean truncated) {

  /**
   * Encodes each piece of a sample on its own, as far as it can be scored. Of the context no more
   * tokens are kept than max-tokens leaves room for. If even instruction and response leave no room
   * ({@link #fits}), no context is kept; of each of these two at most the last max-tokens tokens
   * are read, which says enough.
   */
  public static TokenizedSample of(
      Tokenizer tokenizer,
      ScoringConfig config,
      String context,
      String instruction,
      String response) {
    int maxTokens = config.maxTokens();
    SpecialTokens special = config.specialTokens();
    int[] start = tokenizer.start().stream().toArray();
    int[] prefix = tokenizer.encode(config.template().prefix(), SpecialTokens.CONTROL);
    int[] around =
        InstructionPiece.encode(tokenizer, config.template(), special, instruction, maxTokens);
    int[] answer = tokenizer.encodeTail(response, maxTokens, special).tokens();
    long others = (long) start.length + prefix.length + around.length + answer.length;
    Tail kept = tokenizer.encodeTail(context, (int) Math.max(0, maxTokens - others), special);
    return new TokenizedSample(start, prefix, kept.tokens(), around, answer, kept.truncated());
  }

  /** Encodes each piece of a sample on its own, with special tokens as text, and keeps it whole. */
  public static TokenizedSample of(
      Tokenizer tokenizer,
      PromptTemplate template,
      String context,
      String instruction,
      String response) {
    return whole(tokenizer, template, SpecialTokens.TEXT, context, instruction, response);
  }

  /** Encodes each piece of a sample on its own and keeps it whole. */
  public static TokenizedSample whole(
      Tokenizer tokenizer,
      PromptTemplate template,
      SpecialTokens special,
      String context,
      String instruction,
      String response) {
    return new TokenizedSample(
        tokenizer.start().stream().toArray(),
        tokenizer.encode(template.prefix(), SpecialTokens.CONTROL),
        tokenizer.encode(context, special),
        InstructionPiece.encode(tokenizer, template, special, instruction, Integer.MAX_VALUE),
        tokenizer.encode(response, special),
        false);
  }

  /** Number of tokens of the whole sequence. */
  public int tokens() {
    return contextStart() + context.length + instruction.length + response.length;
  }

  /** The lengths of its pieces. */
  public SampleLengths lengths() {
    return new SampleLengths(
        start.length, context.length, prefix.length + instruction.length, response.length);
  }

  /** Whether the sample without its context, and one context token, fit into {@code maxTokens}. */
  public boolean fits(int maxTokens) {
    return tokens() - context.length < maxTokens;
  }

  /**
   * Drops as many context tokens from the left as {@code maxTokens} asks for.
   *
   * @throws IllegalArgumentException if the sample does not fit without context either
   */
  public TokenizedSample truncatedTo(int maxTokens) {
    int excess = tokens() - maxTokens;
    if (excess > context.length) {
      throw new IllegalArgumentException(
          "%d tokens beside the context do not fit into %d"
              .formatted(tokens() - context.length, maxTokens));
    }
    if (excess <= 0) {
      return this;
    }
    int[] kept = Arrays.copyOfRange(context, excess, context.length);
    return new TokenizedSample(start, prefix, kept, instruction, response, true);
  }

  /** Where the context begins in the sequence, counted from 0. */
  public int contextStart() {
    return start.length + prefix.length;
  }

  /** The start token and the response. */
  int[] bareSequence() {
    return Stream.of(start, response).flatMapToInt(Arrays::stream).toArray();
  }

  /** The start token, the last tokens of the prompt, {@code promptTokens} at most, the response. */
  int[] recentSequence(int promptTokens) {
    int prompt = prefix.length + context.length + instruction.length;
    int[] whole = sequence();
    int from = start.length + Math.max(0, prompt - promptTokens);
    int[] recent = Arrays.copyOfRange(whole, from - start.length, whole.length);
    System.arraycopy(start, 0, recent, 0, start.length);
    return recent;
  }

  /** The start token and these segments of the context. */
  int[] contextSequence(Segment... segments) {
    return Stream.concat(
            Stream.of(start),
            Arrays.stream(segments)
                .map(segment -> Arrays.copyOfRange(context, segment.from(), segment.to())))
        .flatMapToInt(Arrays::stream)
        .toArray();
  }

  /** Tokens of the response that another token of {@link #bareSequence} stands before. */
  int bareResponseTokens() {
    return start.length > 0 ? response.length : Math.max(0, response.length - 1);
  }

  /** The whole sequence. */
  public int[] sequence() {
    return sequence(0, context.length);
  }

  /**
   * The sequence with the context tokens from {@code from} (inclusive) to {@code to} (exclusive) in
   * place of the whole context.
   */
  public int[] sequence(int from, int to) {
    return Stream.of(start, prefix, Arrays.copyOfRange(context, from, to), instruction, response)
        .flatMapToInt(Arrays::stream)
        .toArray();
  }
}
