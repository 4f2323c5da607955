package io.gateau.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.planted.TrainingText;
import io.gateau.planted.TrainingTextConfig;
import io.gateau.planted.TrainingTexts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecallTaskTest {
  @Test
  void valuesCountMostThenTheRestOfAnswersThenSomeOfTheText() {
    List<String> vocabulary = new PairCurriculum(1).vocabulary();
    Map<String, Integer> ids = new HashMap<>();
    vocabulary.forEach(word -> ids.put(word, ids.size()));
    TrainingBatch batch =
        new RecallTask(TrainingTextConfig.DEFAULT, ids, 3 * 512, List.of(512), 9).next();
    TrainingTexts texts = new TrainingTexts(9, TrainingTextConfig.DEFAULT);
    for (int row = 0; row < 3; row++) {
      TrainingText text = texts.next(512);
      int counted = 0;
      for (int i = 0; i < 512; i++) {
        assertEquals(text.words().get(i), vocabulary.get(batch.tokens()[row][i]));
        float lossWeight = batch.lossWeights()[row][i];
        if (text.values().get(i)) {
          assertEquals(1, lossWeight, "value at " + i);
        } else if (text.answers().get(i)) {
          assertEquals(0.25f, lossWeight, "answer at " + i);
        } else if (lossWeight != 0) {
          assertEquals(0.1f, lossWeight, "text at " + i);
          counted++;
        }
      }
      assertTrue(counted > 10 && counted < 120, counted + " words of the text count");
    }
  }
}
