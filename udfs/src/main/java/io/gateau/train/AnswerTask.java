package io.gateau.train;

import io.gateau.model.checkpoint.Tokenizer;
import io.gateau.score.PromptTemplate;
import io.gateau.score.TokenizedSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Instruction samples, one a step, each in the sequence that scoring reads; only the response
 * counts. Every sample once in a random order, then all again in another one.
 */
final class AnswerTask implements TrainingSource {
  private final List<InstructionSample> samples;
  private final Tokenizer tokenizer;
  private final Random random;
  private final List<InstructionSample> left = new ArrayList<>();

  AnswerTask(List<InstructionSample> samples, Tokenizer tokenizer, long seed) {
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("there is no sample to train on");
    }
    this.samples = List.copyOf(samples);
    this.tokenizer = tokenizer;
    this.random = new Random(seed);
  }

  @Override
  public TrainingBatch next() {
    if (left.isEmpty()) {
      left.addAll(samples);
      Collections.shuffle(left, random);
    }
    InstructionSample sample = left.remove(left.size() - 1);
    TokenizedSample pieces =
        TokenizedSample.of(
            tokenizer,
            PromptTemplate.GATEAU,
            sample.context(),
            sample.instruction(),
            sample.response());
    return answer(pieces);
  }

  /** The whole sequence, of which only the response counts. */
  static TrainingBatch answer(TokenizedSample pieces) {
    int[] sequence = pieces.sequence();
    float[] shares = new float[sequence.length];
    Arrays.fill(shares, sequence.length - pieces.response().length, sequence.length, 1);
    return new TrainingBatch(new int[][] {sequence}, new float[][] {shares});
  }
}
