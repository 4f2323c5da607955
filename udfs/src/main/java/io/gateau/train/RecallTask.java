package io.gateau.train;

import io.gateau.planted.TrainingText;
import io.gateau.planted.TrainingTextConfig;
import io.gateau.planted.TrainingTexts;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Planted documents with questions and answers behind them. The values of answers count most, the
 * other words of answers less, and of the remaining text a random part counts a little: enough to
 * learn what the language is like.
 */
final class RecallTask implements TrainingSource {
  private static final float VALUE = 1;
  private static final float ANSWER = 0.25f;
  private static final float TEXT = 0.1f;
  private static final int ONE_WORD_IN = 8;

  private final TrainingTexts texts;
  private final Map<String, Integer> ids;
  private final int stepTokens;
  private final List<Integer> lengths;
  private final Random random;

  /**
   * Starts a source.
   *
   * @param ids of every word
   * @param stepTokens tokens of a batch, or one longer text
   * @param lengths of the texts, one drawn for each batch; one that stands twice is twice as likely
   */
  RecallTask(
      TrainingTextConfig options,
      Map<String, Integer> ids,
      int stepTokens,
      List<Integer> lengths,
      long seed) {
    this.texts = new TrainingTexts(seed, options);
    this.ids = ids;
    this.stepTokens = stepTokens;
    this.lengths = List.copyOf(lengths);
    this.random = new Random(seed);
  }

  @Override
  public TrainingBatch next() {
    // A single length draws nothing.
    int tokens = lengths.get(lengths.size() == 1 ? 0 : random.nextInt(lengths.size()));
    int sequences = Math.max(1, stepTokens / tokens);
    int[][] all = new int[sequences][tokens];
    float[][] shares = new float[sequences][tokens];
    for (int row = 0; row < sequences; row++) {
      TrainingText text = texts.next(tokens);
      for (int i = 0; i < tokens; i++) {
        all[row][i] = ids.get(text.words().get(i));
        shares[row][i] = random.nextInt(ONE_WORD_IN) == 0 ? TEXT : 0;
      }
      for (int i : text.answers().stream().toArray()) {
        shares[row][i] = ANSWER;
      }
      for (int i : text.values().stream().toArray()) {
        shares[row][i] = VALUE;
      }
    }
    return new TrainingBatch(all, shares);
  }
}
