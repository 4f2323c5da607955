package io.gateau.model.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Set;
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

  /*
   * tokens          output rows among all tokens   among output rows, those that predict
   * 10 11 12        0 1 2                          1
   * 20 21 22 23 24  4 5 6 7                        3 4 5
   * 30 31 32 33     8 9 10 11                      8 9
   */
  @Test
  void allRowsAreOutputRowsWhereTheirMeanIsMeasured() {
    Set<Measure> mean = Set.of(Measure.MEAN_HIDDEN_STATE);
    PackedBatch batch =
        new PackedBatch(
            List.of(
                new SequenceGroup(new int[][] {{10, 11, 12}}, 1, AttentionHeads.NONE, mean),
                new SequenceGroup(new int[][] {{20, 21, 22, 23, 24}}, 3, AttentionHeads.NONE),
                new SequenceGroup(new int[][] {{30, 31, 32, 33}}, 2, AttentionHeads.NONE, mean)));

    assertArrayEquals(new long[] {0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11}, batch.outputRowIndices());
    assertArrayEquals(new long[] {1, 3, 4, 5, 8, 9}, batch.logitsIndices());
    assertArrayEquals(new long[] {12, 22, 23, 24, 32, 33}, batch.targetIds());
  }

  @Test
  void measuresAreOfOneSequence() {
    Set<Measure> mean = Set.of(Measure.MEAN_HIDDEN_STATE);

    assertEquals(
        "[MEAN_HIDDEN_STATE] is measured of one sequence at a time; the group has 2",
        assertThrows(
                IllegalArgumentException.class,
                () -> new SequenceGroup(new int[2][3], 1, AttentionHeads.NONE, mean))
            .getMessage());
  }

  @Test
  void anEmptyBatchIsAnError() {
    assertThrows(IllegalArgumentException.class, () -> new PackedBatch(List.of()));
  }
}
