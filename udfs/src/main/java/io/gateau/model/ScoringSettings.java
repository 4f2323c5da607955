package io.gateau.model;

import java.io.Serializable;

/**
 * What, beside the models, decides the raw signals of a sample.
 *
 * @param template text around the pieces of a sample
 * @param maxTokens longest sequence; more context is dropped from the left
 * @param segmentTokens context tokens per segment; GATEAU (arXiv 2410.15633) section 4.1 uses 128
 * @param batchTokens tokens read at once in the segment pass; speed and memory only, never a number
 */
public record ScoringSettings(
    PromptTemplate template, int maxTokens, int segmentTokens, int batchTokens)
    implements Serializable {
  public static final ScoringSettings DEFAULT =
      new ScoringSettings(PromptTemplate.GATEAU, 65_536, 128, 8_192);

  public ScoringSettings {
    if (template == null) {
      throw new IllegalArgumentException("the prompt template is missing");
    }
    positive("max-tokens", maxTokens);
    positive("segment-tokens", segmentTokens);
    positive("batch-tokens", batchTokens);
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + "; it must be 1 or more");
    }
  }
}
