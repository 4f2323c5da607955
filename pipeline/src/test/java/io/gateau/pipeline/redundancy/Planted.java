package io.gateau.pipeline.redundancy;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * Random contexts, some of them copies of another one with few edits, and as many with so many
 * edits that they are no near-duplicates.
 *
 * @param texts all of them, with random scores
 * @param worse the ids that must go
 */
record Planted(ScoredTexts texts, Set<String> worse) {
  private static final int WORDS = 400;

  static Planted of(int rows, int copies) {
    Random random = new Random(17);
    ScoredTexts texts = new ScoredTexts();
    Set<String> worse = new HashSet<>();
    int number = 0;
    for (int i = 0; i < rows - 2 * copies; i++) {
      String[] words = ScoredTexts.words(random, WORDS);
      String id = "s" + number++;
      double score = random.nextDouble();
      texts.add(score, id, String.join(" ", words), "q");
      if (i < copies) {
        String copy = "s" + number++;
        double other = random.nextDouble();
        texts.add(other, copy, ScoredTexts.edited(random, words, 200), "q");
        worse.add(other < score ? copy : id);
        texts.add(random.nextDouble(), "s" + number++, ScoredTexts.edited(random, words, 20), "q");
      }
    }
    return new Planted(texts, worse);
  }
}
