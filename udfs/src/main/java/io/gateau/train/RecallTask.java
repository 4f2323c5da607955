package io.gateau.train;

import io.gateau.planted.TrainingText;
import io.gateau.planted.TrainingTextConfig;
import io.gateau.planted.TrainingTexts;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Planted documents, each followed by questions and answers. The values of answers count most, the
 * other words of answers less, and a random part of the remaining words counts a little, so that
 * the model learns the language too.
 */
final class RecallTask implements TrainingSource {
  private static final float VALUE = 1;
  private static final float ANSWER = 0.25f;
  private static final float TEXT = 0.1f;
  private static final int ONE_TEXT_WORD_IN = 8;

  private final TrainingTexts texts;
  private final Map<String, Integer> ids;
  private final int batchTokens;
  private final List<Integer> lengths;
  private final Random random;

  /**
   * Starts a source.
   *
   * @param config of the texts
   * @param ids token id of every word
   * @param batchTokens tokens of a batch; a text that is longer is a batch of its own
   * @param lengths of the texts in tokens; one is drawn for each batch, and one that is listed
   *     twice is twice as likely
   */
  RecallTask(
      TrainingTextConfig config,
      Map<String, Integer> ids,
      int batchTokens,
      List<Integer> lengths,
      long seed) {
    this.texts = new TrainingTexts(seed, config);
    this.ids = ids;
    this.batchTokens = batchTokens;
    this.lengths = List.copyOf(lengths);
    this.random = new Random(seed);
  }

  @Override
  public TrainingBatch next() {
    // Nothing is drawn for a single length: the published pair was made that way.
    int tokens = lengths.get(lengths.size() == 1 ? 0 : random.nextInt(lengths.size()));
    int sequences = Math.max(1, batchTokens / tokens);
    int[][] rows = new int[sequences][tokens];
    float[][] lossWeights = new float[sequences][tokens];
    for (int row = 0; row < sequences; row++) {
      TrainingText text = texts.next(tokens);
      for (int i = 0; i < tokens; i++) {
        rows[row][i] = ids.get(text.words().get(i));
        lossWeights[row][i] = random.nextInt(ONE_TEXT_WORD_IN) == 0 ? TEXT : 0;
      }
      for (int i : text.answers().stream().toArray()) {
        lossWeights[row][i] = ANSWER;
      }
      for (int i : text.values().stream().toArray()) {
        lossWeights[row][i] = VALUE;
      }
    }
    return new TrainingBatch(rows, lossWeights);
  }
}
