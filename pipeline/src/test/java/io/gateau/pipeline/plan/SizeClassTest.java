package io.gateau.pipeline.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizeClassTest {
  /* Eight steps to a doubling: 8 to 15 are a step each, 16 and 17 one step. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 0",
    "2, 8",
    "3, 12",
    "4, 16",
    "8, 24",
    "15, 31",
    "16, 32",
    "17, 32",
    "18, 33",
    "1048575, 159",
    "1048576, 160",
    "9223372036854775807, 503"
  })
  void aLengthHasThisStep(long characters, int step) {
    assertEquals(new SizeClass(5, step), SizeClass.of(5, characters));
  }

  @Test
  void stepsGrowWithLengthAndSpanAnEighthAtMost() {
    Map<Integer, Long> shortest = new HashMap<>();
    int last = 0;
    for (long length = 1; length < 100_000; length++) {
      int step = SizeClass.of(0, length).step();
      assertTrue(step >= last, "step of " + length);
      last = step;
      long first = shortest.computeIfAbsent(step, none -> 0L) == 0 ? length : shortest.get(step);
      shortest.put(step, first);
      assertTrue(8 * length < 9 * first || length == first, first + " and " + length);
    }
  }
}
