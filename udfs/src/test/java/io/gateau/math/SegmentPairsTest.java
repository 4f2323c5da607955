package io.gateau.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.math.SegmentPairs.Pair;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SegmentPairsTest {
  /* Of four segments: 1 behind 0, 2 behind 0 and 1, 3 behind 0, 1 and 2. */
  @Test
  void aFewSegmentsMakeAllPairs() {
    assertEquals(List.of(), SegmentPairs.of(0).toList());
    assertEquals(List.of(), SegmentPairs.of(1).toList());
    assertEquals(
        List.of(
            new Pair(1, 0),
            new Pair(2, 0),
            new Pair(2, 1),
            new Pair(3, 0),
            new Pair(3, 1),
            new Pair(3, 2)),
        SegmentPairs.of(4).toList());
  }

  @Test
  void eachOfManySegmentsStandsBehindEightEarlierOnesAndTheSameOnesEachTime() {
    List<Pair> pairs = SegmentPairs.of(500).toList();
    Map<Integer, List<Pair>> byLater = pairs.stream().collect(Collectors.groupingBy(Pair::later));

    assertEquals(pairs, SegmentPairs.of(500).toList());
    assertEquals(pairs.size(), new HashSet<>(pairs).size(), "no pair twice");
    for (int later = 8; later < 500; later++) {
      assertEquals(8, byLater.get(later).size(), "pairs of " + later);
    }
    assertTrue(
        pairs.stream().allMatch(pair -> pair.earlier() >= 0 && pair.earlier() < pair.later()));
    assertEquals(
        pairs.stream().filter(pair -> pair.later() < 100).toList(),
        SegmentPairs.of(100).toList(),
        "a longer context keeps the pairs of its beginning");
  }
}
