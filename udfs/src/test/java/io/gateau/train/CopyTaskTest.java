package io.gateau.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CopyTaskTest {
  @Test
  void onlyRepeatsCountAndEachIsWhatStoodAPeriodBefore() {
    CopyTask task = new CopyTask(500, 20, 40, 3);
    TrainingBatch batch = task.next();
    assertEquals(20, batch.tokens().length);
    for (int row = 0; row < 20; row++) {
      int period = 0;
      while (batch.lossWeights()[row][period] == 0) {
        period++;
      }
      assertTrue(period >= 6 && period <= 20, "period " + period);
      for (int i = period; i < 40; i++) {
        assertEquals(1, batch.lossWeights()[row][i], "row " + row + ", token " + i);
        assertEquals(batch.tokens()[row][i - period], batch.tokens()[row][i], "token " + i);
      }
    }
  }

  @Test
  void theSeedDecides() {
    assertArrayEquals(
        new CopyTask(500, 4, 40, 3).next().tokens(), new CopyTask(500, 4, 40, 3).next().tokens());
  }

  @Test
  void tooShortSequencesAreRefused() {
    assertEquals(
        "11 tokens leave no room for repeats; give 12 or more",
        assertThrows(IllegalArgumentException.class, () -> new CopyTask(500, 4, 11, 3))
            .getMessage());
  }
}
