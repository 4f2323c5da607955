package io.gateau.score;

import java.util.Arrays;
import java.util.Locale;

/**
 * What became of a signal of a sample. Only rows whose signals are all {@link #OK} enter the
 * aggregates over the data set.
 */
public enum SampleStatus {
  /** The signal is there and finite. */
  OK,
  /** Too few tokens for this signal: a context of fewer than two segments. Not scored for it. */
  TOO_SHORT,
  /** Instruction and response alone exceed max-tokens. Not scored by any model. */
  TOO_LONG,
  /** The response has no tokens. Not scored by any model. */
  EMPTY_RESPONSE,
  /**
   * A piece has a token that the model has no embedding for: Gemma 3's image token, written out in
   * a text whose special tokens act. Not scored by any model.
   */
  NO_EMBEDDING,
  /** A number of the signal is NaN or infinite. */
  NON_FINITE,
  /**
   * The device's memory does not hold one of its sequences, even alone. The next run scores it
   * again.
   */
  OUT_OF_MEMORY,
  /** The tokenizer or the engine threw an error for this sample alone. The next run tries again. */
  FAILED,
  /**
   * JVMs ended while it was scored alone, more than once. Tried again only if that is asked for.
   */
  CRASHED,
  /** It took longer than the time limit. Tried again only if that is asked for. */
  TIMED_OUT;

  /** Whether the attempt came to nothing, so that another one may give a value. */
  public boolean isFailedAttempt() {
    return this == OUT_OF_MEMORY || this == FAILED || this == CRASHED || this == TIMED_OUT;
  }

  /** The name in the {@code status} column. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The status of a sample before any model scores it, for all signals; {@link Signal#before} adds
   * what one of them needs.
   *
   * @param vocabularySize how many tokens the models have embeddings for
   */
  public static SampleStatus before(
      TokenizedSample sample, ScoringConfig config, int vocabularySize) {
    if (sample.response().length == 0) {
      return EMPTY_RESPONSE;
    }
    if (!sample.fits(config.maxTokens())) {
      return TOO_LONG;
    }
    TokenizedSample truncated = sample.truncatedTo(config.maxTokens());
    if (Arrays.stream(truncated.sequence()).anyMatch(token -> token >= vocabularySize)) {
      return NO_EMBEDDING;
    }
    return OK;
  }
}
