package io.gateau.train;

import io.gateau.model.checkpoint.Tokenizer;
import io.gateau.score.PromptTemplate;
import io.gateau.score.TokenizedSample;
import java.util.Arrays;
import java.util.List;

/**
 * Instruction samples in the order given, one in each batch, as the sequence that scoring computes;
 * only the response counts. After the last sample comes the first again.
 */
final class AnswerTask implements TrainingSource {
  private final List<InstructionSample> samples;
  private final Tokenizer tokenizer;
  private int next;

  AnswerTask(List<InstructionSample> samples, Tokenizer tokenizer) {
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("there is no sample to train on");
    }
    this.samples = List.copyOf(samples);
    this.tokenizer = tokenizer;
  }

  @Override
  public TrainingBatch next() {
    InstructionSample sample = samples.get(next);
    next = (next + 1) % samples.size();
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
