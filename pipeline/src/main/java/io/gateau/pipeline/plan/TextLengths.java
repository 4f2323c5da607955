package io.gateau.pipeline.plan;

import io.gateau.score.SampleLengths;
import java.io.Serializable;

/**
 * How many tokens the pieces of a sample have, guessed from its characters.
 *
 * @param tokensPerCharacter of the three texts, more than 0
 * @param around tokens of the instruction and the template, on average; at most a quarter of all
 * @param response tokens of the response, on average; at most a quarter of all
 */
public record TextLengths(double tokensPerCharacter, int around, int response)
    implements Serializable {
  /** English text under the usual tokenizers has some four characters per token. */
  public static final TextLengths TYPICAL = new TextLengths(0.25, 64, 128);

  /**
   * A sample as a model would read it.
   *
   * @param characters of its three texts
   * @param maxTokens the longest sequence
   */
  SampleLengths of(long characters, int maxTokens) {
    long tokens = Math.min(maxTokens, Math.max(1, Math.round(tokensPerCharacter * characters)));
    int answer = (int) Math.min(response, tokens / 4);
    int beside = (int) Math.min(around, tokens / 4);
    return new SampleLengths(0, (int) (tokens - answer - beside), beside, answer);
  }
}
