package io.gateau.pipeline.redundancy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.redundancy.RedundancyConfig.Dedup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which samples go, why, and that partitions do not decide it. */
class NearDuplicatesTest {
  private static final RedundancyConfig CONTEXT = new RedundancyConfig(Dedup.CONTEXT, 0.8);

  @TempDir Path folder;

  /** The words {@code from}, {@code from + 1} and so on, up to and with {@code to}. */
  private static String run(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
  }

  /*
   * Runs of 54 words have 50 shingles; two that begin k words apart have 50 - k in common:
   *   a 1..54, b 5..58      46 of 54   0.85
   *   b 5..58, c 9..62      46 of 54   0.85
   *   a 1..54, c 9..62      42 of 58   0.72, not similar
   * a is best, then b, then c: b goes because of a; c stays, since b does not.
   * With b best: both others go because of b. With c, a, b: b is similar to both, and c is better.
   */
  @Test
  void aSampleGoesOnlyIfABetterOneThatStaysIsSimilar() throws IOException {
    Map<String, String> aboveInOrder =
        new ScoredTexts()
            .add(3, "a", run(1, 54), "q")
            .add(2, "b", run(5, 58), "q")
            .add(1, "c", run(9, 62), "q")
            .find(folder, CONTEXT, 1);
    assertEquals(Map.of("b", "0.85 similar to a in its context"), aboveInOrder);

    Map<String, String> middleBest =
        new ScoredTexts()
            .add(2, "a", run(1, 54), "q")
            .add(3, "b", run(5, 58), "q")
            .add(1, "c", run(9, 62), "q")
            .find(folder, CONTEXT, 1);
    assertEquals(
        Map.of("a", "0.85 similar to b in its context", "c", "0.85 similar to b in its context"),
        middleBest);

    Map<String, String> middleWorst =
        new ScoredTexts()
            .add(2, "a", run(1, 54), "q")
            .add(1, "b", run(5, 58), "q")
            .add(3, "c", run(9, 62), "q")
            .find(folder, CONTEXT, 1);
    assertEquals(Map.of("b", "0.85 similar to c in its context"), middleWorst);
  }

  /*
   * x and y are equal but for case and punctuation, and 0.85 similar to a, which is better.
   * Of p, q and r, which are equal, p and q have the best score: the first id stays.
   */
  @Test
  void equalTextsAreOneGroupThatStaysAndGoesTogether() throws IOException {
    Map<String, String> found =
        new ScoredTexts()
            .add(9, "a", run(1, 54), "q")
            .add(5, "x", run(5, 58), "q")
            .add(4, "y", run(5, 58).toUpperCase(Locale.ROOT).replace(" ", ", ") + "!", "q")
            .add(1, "r", run(100, 120), "q")
            .add(2, "q", run(100, 120), "q")
            .add(2, "p", run(100, 120), "q")
            .find(folder, CONTEXT, 1);

    assertEquals(
        Map.of(
            "x", "0.85 similar to a in its context",
            "y", "0.85 similar to a in its context",
            "q", "1.00 similar to p in its context",
            "r", "1.00 similar to p in its context"),
        found);
  }

  /*
   * One context with two questions, one question about two contexts, and both once more:
   *   context alone      b and d go (equal to a)
   *   instruction alone  c and d go
   *   both               d goes
   */
  @Test
  void theTextsThatAreComparedDecide() throws IOException {
    ScoredTexts texts =
        new ScoredTexts()
            .add(4, "a", run(1, 54), run(200, 230))
            .add(3, "b", run(1, 54), run(300, 330))
            .add(2, "c", run(400, 454), run(200, 230))
            .add(1, "d", run(1, 54), run(200, 230));

    assertEquals(Set.of("b", "d"), texts.find(folder, CONTEXT, 1).keySet());
    assertEquals(
        Map.of(
            "c", "1.00 similar to a in its instruction",
            "d", "1.00 similar to a in its instruction"),
        texts.find(folder, new RedundancyConfig(Dedup.INSTRUCTION, 0.8), 1));
    assertEquals(
        Map.of("d", "1.00 similar to a in its context and 1.00 in its instruction"),
        texts.find(folder, new RedundancyConfig(Dedup.BOTH, 0.8), 1));
  }

  /*
   * Of two texts both must be similar enough: d's context is 0.85 similar to a's, and so is its
   * instruction; e's instruction is 42 of 58, 0.72.
   */
  @Test
  void ofTwoTextsBothMustBeSimilarEnough() throws IOException {
    Map<String, String> found =
        new ScoredTexts()
            .add(4, "a", run(1, 54), run(201, 254))
            .add(3, "d", run(5, 58), run(205, 258))
            .add(2, "e", run(1, 54), run(209, 262))
            .find(folder, new RedundancyConfig(Dedup.BOTH, 0.8), 1);

    assertEquals(
        Map.of("d", "0.85 similar to a in its context and 0.85 in its instruction"), found);
  }

  @Test
  void similarityOneKeepsAllButEqualTexts() throws IOException {
    Map<String, String> found =
        new ScoredTexts()
            .add(3, "a", run(1, 54), "q")
            .add(2, "b", run(1, 55), "q")
            .add(1, "c", run(1, 54), "q")
            .find(folder, new RedundancyConfig(Dedup.CONTEXT, 1), 1);

    assertEquals(Map.of("c", "1.00 similar to a in its context"), found);
  }

  /*
   * 1,000 contexts of 400 words, 396 shingles. 50 are copies with every 200th word changed: 2 words
   * and at most 10 shingles, so the similarity is at least 386 / 406 = 0.95. 50 are copies with every
   * 20th word changed: 20 words and 100 shingles but for the ends, 0.6, which is too little.
   */
  @Test
  void plantedCopiesAreFoundAndNothingElseWhateverThePartitions() throws IOException {
    Planted planted = Planted.of(1_000, 50);

    Map<String, String> found = planted.texts().find(folder, CONTEXT, 1);

    Set<String> right = new HashSet<>(found.keySet());
    right.retainAll(planted.worse());
    assertTrue(right.size() >= 0.99 * planted.worse().size(), "recall: %s".formatted(right));
    assertTrue(right.size() >= 0.99 * found.size(), "precision: %s".formatted(found));
    assertEquals(found, planted.texts().find(folder, CONTEXT, 7), "other partitions");
  }

  /*
   * 300 copies of one context, each with another word changed, so that nearly all are similar to
   * all: the best one stays alone. Each is compared with 20 others of a band at most.
   */
  @Test
  void ofManySimilarSamplesTheBestOneStays() throws IOException {
    Random random = new Random(8);
    String[] words = ScoredTexts.words(random, 300);
    ScoredTexts texts = new ScoredTexts();
    for (int i = 0; i < 300; i++) {
      String[] copy = words.clone();
      copy[i] = "other";
      texts.add(i, "s%03d".formatted(i), String.join(" ", copy), "q");
    }

    Map<String, String> found = texts.find(folder, CONTEXT, 3);

    assertEquals(299, found.size());
    assertTrue(
        found.values().stream()
            .allMatch(detail -> detail.endsWith(" similar to s299 in its context")),
        () -> new TreeMap<>(found).toString());
  }

  @Test
  void nothingIsFoundInNoSamplesAndInOne() throws IOException {
    assertEquals(Map.of(), new ScoredTexts().find(folder, CONTEXT, 1));
    assertEquals(
        Map.of(), new ScoredTexts().add(1, "a", "some words", "q").find(folder, CONTEXT, 1));
  }

  @Test
  void aSimilarityOutsideItsRangeIsRefused() {
    for (double similarity : new double[] {0, -0.1, 1.01, Double.NaN}) {
      assertEquals(
          "dedup-similarity %s is outside (0, 1]; use 0.8 for the usual setting"
              .formatted(similarity),
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new RedundancyConfig(Dedup.CONTEXT, similarity))
              .getMessage());
    }
  }
}
