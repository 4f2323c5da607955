package io.gateau.train;

import io.gateau.model.checkpoint.Tokenizer;
import io.gateau.score.PromptTemplate;
import io.gateau.score.TokenizedSample;
import java.util.Arrays;
import java.util.List;

/**
 * Instruction samples in the order given, one a step, each in the sequence that scoring reads; only
 * the response counts. After the last one comes the first again.
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
