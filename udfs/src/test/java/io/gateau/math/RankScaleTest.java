package io.gateau.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/**
 * A scale worked by hand: 11 rows.
 *
 * <pre>
 *   range       2     4 to 8     9
 *   rows        3     5          3
 *   places      0-2   3-7        8-10
 *   share       0.1   0.3-0.7    0.9
 * </pre>
 */
class RankScaleTest {
  private static final RankScale SCALE =
      new RankScale(new double[] {2, 4, 9}, new double[] {2, 8, 9}, new long[] {0, 3, 8}, 11);

  @Test
  void aRangeOfOneValueGivesTheMeanOfItsRanks() {
    assertEquals(0.1, SCALE.of(2), 1e-16);
    assertEquals(0.9, SCALE.of(9), 1e-16);
  }

  @Test
  void withinARangeTheShareRisesLinearly() {
    assertEquals(0.3, SCALE.of(4), 1e-16);
    assertEquals(0.4, SCALE.of(5), 1e-16);
    assertEquals(0.7, SCALE.of(8), 1e-16);
  }

  @Test
  void betweenRangesTheShareIsHalfWayBetweenTheNeighbours() {
    assertEquals(0.25, SCALE.of(3), 1e-16);
    assertEquals(0.75, SCALE.of(8.5), 1e-16);
  }

  @Test
  void outsideTheRangesTheShareIsThatOfTheEnd() {
    assertEquals(0, SCALE.of(1), 0);
    assertEquals(0, SCALE.of(Double.NEGATIVE_INFINITY), 0);
    assertEquals(1, SCALE.of(10), 0);
    assertEquals(1, SCALE.of(Double.POSITIVE_INFINITY), 0);
    assertEquals(Double.NaN, SCALE.of(Double.NaN), 0);
  }

  @Test
  void bothZerosAreOneValueAndOneRowIsInTheMiddle() {
    RankScale zero = new RankScale(new double[] {0}, new double[] {0}, new long[] {0}, 4);
    assertEquals(0.5, zero.of(-0.0), 0);
    assertEquals(0, zero.of(-Double.MIN_VALUE), 0);
    RankScale one = new RankScale(new double[] {3}, new double[] {3}, new long[] {0}, 1);
    assertEquals(0.5, one.of(3), 0);
    assertEquals(0.5, one.of(7), 0);
  }

  @Test
  void rangesThatDoNotFitTogetherAreRefused() {
    assertEquals(
        "2 starts, 1 ends and 1 counts of ranges over 5 rows; each needs one for each range",
        assertThrows(
                IllegalArgumentException.class,
                () -> new RankScale(new double[] {1, 2}, new double[] {1}, new long[] {0}, 5))
            .getMessage());
  }
}
