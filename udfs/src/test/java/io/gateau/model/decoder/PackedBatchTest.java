package io.gateau.model.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Where the tokens of a batch stand, by hand. */
class PackedBatchTest {
  private static final PackedBatch BATCH =
      new PackedBatch(
          List.of(
              new SequenceGroup(new int[][] {{10, 11, 12}, {20, 21, 22}}, 1, AttentionHeads.NONE),
              new SequenceGroup(new int[][] {{30, 31, 32, 33, 34}}, 3, AttentionHeads.NONE)));

  @Test
  void tokensStandOneBehindTheOther() {
    assertEquals(11, BATCH.tokens());
    assertArrayEquals(new long[] {10, 11, 12, 20, 21, 22, 30, 31, 32, 33, 34}, BATCH.tokenIds());
    assertEquals(3, BATCH.sequences());
  }

  @Test
  void outputRowsReachFromTheFirstPredictionToTheLastToken() {
    assertArrayEquals(new long[] {1, 2, 4, 5, 7, 8, 9, 10}, BATCH.outputRowIndices());
  }

  @Test
  void everyOutputRowButTheLastOfASequencePredictsATarget() {
    assertArrayEquals(new long[] {0, 2, 4, 5, 6}, BATCH.logitsIndices());
    assertArrayEquals(new long[] {12, 22, 32, 33, 34}, BATCH.targetIds());
  }

  @Test
  void anEmptyBatchIsAnError() {
    assertThrows(IllegalArgumentException.class, () -> new PackedBatch(List.of()));
  }
}
