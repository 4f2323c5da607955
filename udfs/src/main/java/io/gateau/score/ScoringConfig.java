package io.gateau.score;

import io.gateau.math.Segments;
import io.gateau.math.Segments.Segment;
import io.gateau.model.tokenizer.SpecialTokens;
import java.io.Serializable;
import java.util.stream.Stream;

/**
 * How samples are scored. Everything but {@code batchTokens} decides the raw signals.
 *
 * @param template text around the pieces of a sample
 * @param maxTokens longest sequence; more context is dropped from the left
 * @param segmentTokens context tokens per segment; GATEAU (arXiv 2410.15633) section 4.1 uses 128
 * @param segmentOverlap tokens that a segment shares with the one before it, less than
 *     segmentTokens; the paper has 0
 * @param focus over which layers and heads the attention focus is averaged
 * @param batchTokens tokens of one batch of segments and short samples, or {@link #AUTO_BATCH};
 *     speed and memory only, never a number beyond rounding
 * @param specialTokens what becomes of special tokens that stand in the texts of a sample
 * @param recentTokens how many of the last tokens of the prompt are the recent context; 4,096 in
 *     LongPPL (arXiv 2410.23771) and LongFilter (arXiv 2510.25804)
 */
public record ScoringConfig(
    PromptTemplate template,
    int maxTokens,
    int segmentTokens,
    int segmentOverlap,
    AttentionFocus focus,
    int batchTokens,
    SpecialTokens specialTokens,
    int recentTokens)
    implements Serializable {
  /** The recent context of the papers. */
  public static final int RECENT_TOKENS = 4_096;

  /** As many tokens at once as the device works best with, and its memory holds. */
  public static final int AUTO_BATCH = 0;

  /** The defaults of the command line. */
  public static final ScoringConfig DEFAULT =
      new ScoringConfig(PromptTemplate.GATEAU, 65_536, 128, AUTO_BATCH);

  public ScoringConfig {
    if (template == null) {
      throw new IllegalArgumentException("the prompt template is missing");
    }
    positive("max-tokens", maxTokens);
    positive("segment-tokens", segmentTokens);
    positive("recent-tokens", recentTokens);
    if (batchTokens != AUTO_BATCH) {
      positive("batch-tokens", batchTokens);
    }
    Segments.count(0, segmentTokens, segmentOverlap);
    if (focus == null) {
      throw new IllegalArgumentException("the attention focus is missing");
    }
    if (specialTokens == null) {
      throw new IllegalArgumentException("special-tokens is missing; use text or control");
    }
  }

  /** Special tokens in the texts of a sample are text; the recent context is that of the papers. */
  public ScoringConfig(
      PromptTemplate template,
      int maxTokens,
      int segmentTokens,
      int segmentOverlap,
      AttentionFocus focus,
      int batchTokens) {
    this(
        template,
        maxTokens,
        segmentTokens,
        segmentOverlap,
        focus,
        batchTokens,
        SpecialTokens.TEXT,
        RECENT_TOKENS);
  }

  /** The paper's segments and attention focus: no overlap, all layers and heads. */
  public ScoringConfig(PromptTemplate template, int maxTokens, int segmentTokens, int batchTokens) {
    this(template, maxTokens, segmentTokens, 0, AttentionFocus.EVERYTHING, batchTokens);
  }

  /** These settings with another treatment of special tokens. */
  public ScoringConfig withSpecialTokens(SpecialTokens other) {
    return new ScoringConfig(
        template,
        maxTokens,
        segmentTokens,
        segmentOverlap,
        focus,
        batchTokens,
        other,
        recentTokens);
  }

  /** These settings with another limit of the longest sequence. */
  public ScoringConfig withMaxTokens(int other) {
    return new ScoringConfig(
        template,
        other,
        segmentTokens,
        segmentOverlap,
        focus,
        batchTokens,
        specialTokens,
        recentTokens);
  }

  /** These settings with another length of the recent context. */
  public ScoringConfig withRecentTokens(int other) {
    return new ScoringConfig(
        template,
        maxTokens,
        segmentTokens,
        segmentOverlap,
        focus,
        batchTokens,
        specialTokens,
        other);
  }

  /** The segments of a context of {@code contextTokens} tokens, in order. */
  public Stream<Segment> segments(int contextTokens) {
    return Segments.of(contextTokens, segmentTokens, segmentOverlap);
  }

  /**
   * The segments of a context of {@code contextTokens} tokens that are paired, in order: those of
   * two tokens or more, since without a start token nothing predicts a single one.
   */
  public Stream<Segment> pairedSegments(int contextTokens) {
    return segments(contextTokens).filter(segment -> segment.length() > 1);
  }

  /**
   * Tokens of a batch from {@code auto} or a number.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static int batchTokensOf(String text) {
    try {
      int tokens = "auto".equals(text) ? AUTO_BATCH : Integer.parseInt(text.replace("_", ""));
      if (tokens == AUTO_BATCH && !"auto".equals(text)) {
        positive("batch-tokens", tokens);
      }
      return new ScoringConfig(PromptTemplate.GATEAU, 1, 1, tokens).batchTokens();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "batch-tokens %s is not known; use auto or a whole number".formatted(text), e);
    }
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s is %s; it must be 1 or more".formatted(name, value));
    }
  }
}
