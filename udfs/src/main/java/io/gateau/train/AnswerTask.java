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
 * Instruction samples, one in each batch, as the sequence that scoring computes; only the response
 * counts. Every sample is used once in a random order, then every sample again in another order.
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
    return batch(
        TokenizedSample.of(
            tokenizer,
            PromptTemplate.GATEAU,
            sample.context(),
            sample.instruction(),
            sample.response()));
  }

  private static TrainingBatch batch(TokenizedSample sample) {
    int[] sequence = sample.sequence();
    float[] lossWeights = new float[sequence.length];
    Arrays.fill(lossWeights, sequence.length - sample.response().length, sequence.length, 1);
    return new TrainingBatch(new int[][] {sequence}, new float[][] {lossWeights});
  }
}
