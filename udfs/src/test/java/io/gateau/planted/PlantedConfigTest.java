package io.gateau.planted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class PlantedConfigTest {
  private static final Map<Kind, Double> SHARES = PlantedConfig.DEFAULT.shares();
  private static final IntRange LENGTHS = new IntRange(1024, 2048);
  private static final IntRange FAR = new IntRange(512, 2048);
  private static final IntRange ONE = new IntRange(1, 1);

  private static void assertRefused(String message, Executable creation) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, creation).getMessage());
  }

  @Test
  void whatDoesNotFitTogetherIsRefusedWithTheWayOut() {
    assertRefused(
        "the shares of the kinds are {LONG_RANGE=0.5, LOCAL=0.0, PARAMETRIC=0.0, NOISE=0.4,"
            + " COPY=0.0}; give shares of 0 or more that make 1",
        () ->
            new PlantedConfig(
                Map.of(Kind.LONG_RANGE, 0.5, Kind.NOISE, 0.4), LENGTHS, FAR, ONE, 0, 80));
    assertRefused(
        "facts 1..5 is outside 1..4; four still fit into the end of a context",
        () -> new PlantedConfig(SHARES, LENGTHS, FAR, new IntRange(1, 5), 0, 80));
    assertRefused(
        "two-hop share 1.5 is outside [0, 1]",
        () -> new PlantedConfig(SHARES, LENGTHS, FAR, ONE, 1.5, 80));
    assertRefused(
        "facts 1..3 with two hops; of chains of two only 1..2 fit into the end",
        () -> new PlantedConfig(SHARES, LENGTHS, FAR, new IntRange(1, 3), 0.5, 80));
    assertRefused(
        "10 tokens per fact; a fact alone has up to 10, give 20 or more",
        () -> new PlantedConfig(SHARES, LENGTHS, FAR, ONE, 0, 10));
    assertRefused(
        "contexts of 100..2048 tokens; the end alone has 128, give 256 or more",
        () -> new PlantedConfig(SHARES, new IntRange(100, 2048), FAR, ONE, 0, 80));
    assertRefused(
        "distance 100..2048; below 128 tokens a sample is local, not long-range",
        () -> new PlantedConfig(SHARES, LENGTHS, new IntRange(100, 2048), ONE, 0, 80));
    assertRefused(
        "a distance of 1000 does not fit into contexts of 1024 tokens; give 1038 or more tokens,"
            + " or a distance of at most 986",
        () -> new PlantedConfig(SHARES, LENGTHS, new IntRange(1000, 2048), ONE, 0, 80));
  }

  @Test
  void aDistanceThatIsNotNeededMayBeOutOfReach() {
    PlantedConfig noise =
        new PlantedConfig(Map.of(Kind.NOISE, 1.0), LENGTHS, new IntRange(9000, 9000), ONE, 0, 80);

    assertEquals(0.0, noise.shares().get(Kind.LONG_RANGE));
  }

  @Test
  void aRangeStartsWithItsSmallerNumber() {
    assertRefused(
        "3..2 is no range; give the smaller number first, 0 or more", () -> new IntRange(3, 2));
  }

  @Test
  void aRangeIsReadFromTwoNumbersOrOne() {
    assertEquals(new IntRange(5, 70), IntRange.of(" 5..70"));
    assertEquals(new IntRange(9, 9), IntRange.of("9"));
    for (String text : new String[] {"5-70", "", "-1", "1..", "12345678901"}) {
      assertRefused(
          "'" + text + "' is no range; write LOW..HIGH, such as 1024..4096, or one number",
          () -> IntRange.of(text));
    }
  }

  @Test
  void everyDoublingOfALogUniformLengthIsEquallyLikely() {
    IntRange range = new IntRange(256, 4096);
    Random random = new Random(2);
    int[] doublings = new int[4];
    for (int i = 0; i < 8000; i++) {
      int drawn = range.logUniform(random);
      assertTrue(drawn >= 256 && drawn <= 4096, "drawn " + drawn);
      doublings[Math.min(3, (int) (Math.log(drawn / 256.0) / Math.log(2)))]++;
    }
    for (int count : doublings) {
      assertEquals(2000, count, 150);
    }
  }

  @Test
  void aKindThatIsNotKnownIsRefusedWithTheOnesThatAre() {
    assertRefused(
        "no kind 'far'; known are long-range, local, parametric, noise, copy",
        () -> Kind.of("far"));
    assertEquals(Kind.LONG_RANGE, Kind.of("long-range"));
  }
}
