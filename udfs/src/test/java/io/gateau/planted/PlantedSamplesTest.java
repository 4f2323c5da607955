package io.gateau.planted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlantedSamplesTest {
  private static final Pattern SENTENCE_END = Pattern.compile("(?<=\\.) ");
  private static final PlantedConfig SHORTER =
      new PlantedConfig(
          PlantedConfig.DEFAULT.shares(),
          new IntRange(600, 1200),
          new IntRange(300, 1000),
          new IntRange(1, 2),
          0.3,
          60);

  private static List<PlantedSample> of(Kind kind) {
    return new PlantedSamples(400, 5, SHORTER)
        .stream().filter(sample -> sample.kind() == kind).toList();
  }

  /** The sentences of an answer; each tells one fact. */
  private static List<String> facts(PlantedSample sample) {
    return SENTENCE_END.splitAsStream(sample.response()).toList();
  }

  /** The names that facts are about: the word after of. */
  private static List<String> names(String text) {
    List<String> words = Words.of(text);
    List<String> names = new ArrayList<>();
    for (int i = 1; i < words.size(); i++) {
      if (words.get(i - 1).equals("of") && !words.get(i).equals("the")) {
        names.add(words.get(i));
      }
    }
    return names;
  }

  @Test
  void thereAreAsManyOfEachKindAsItsShareSays() {
    Map<Kind, Long> counts =
        new PlantedSamples(100, 3, PlantedConfig.DEFAULT)
            .stream().collect(Collectors.groupingBy(PlantedSample::kind, Collectors.counting()));

    assertEquals(
        Map.of(
            Kind.LONG_RANGE,
            30L,
            Kind.LOCAL,
            20L,
            Kind.PARAMETRIC,
            15L,
            Kind.NOISE,
            20L,
            Kind.COPY,
            15L),
        counts);
    // 7 samples: 2.1, 1.4, 1.05, 1.4, 1.05; the two largest remainders are rounded up.
    assertEquals(
        Map.of(
            Kind.LONG_RANGE,
            2L,
            Kind.LOCAL,
            2L,
            Kind.PARAMETRIC,
            1L,
            Kind.NOISE,
            1L,
            Kind.COPY,
            1L),
        Map.copyOf(
            new PlantedSamples(7, 3, PlantedConfig.DEFAULT)
                .stream()
                    .collect(Collectors.groupingBy(PlantedSample::kind, Collectors.counting()))));
  }

  @Test
  void theSameSeedGivesTheSameSamplesAndAnotherSeedOthers() {
    List<PlantedSample> once = new PlantedSamples(30, 9, SHORTER).stream().toList();

    assertEquals(once, new PlantedSamples(30, 9, SHORTER).stream().toList());
    assertEquals(once.get(17), new PlantedSamples(30, 9, SHORTER).sample(17));
    assertNotEquals(once.get(0).context(), new PlantedSamples(30, 10, SHORTER).sample(0).context());
    assertEquals(30, once.stream().map(PlantedSample::id).distinct().count());
  }

  @Test
  void theFactsOfALongRangeSampleStandFarBackAndNowhereElse() {
    assertFalse(of(Kind.LONG_RANGE).isEmpty());
    for (PlantedSample sample : of(Kind.LONG_RANGE)) {
      List<Integer> distances = new ArrayList<>();
      for (String fact : facts(sample)) {
        int at = sample.context().indexOf(fact);
        assertTrue(at >= 0, sample.id() + " does not tell " + fact);
        assertEquals(at, sample.context().lastIndexOf(fact), sample.id());
        distances.add(Words.of(sample.context().substring(at + fact.length())).size());
      }
      int nearest = distances.stream().min(Integer::compare).orElseThrow();
      assertEquals(nearest, sample.distance().orElseThrow(), sample.id());
      assertTrue(nearest >= SHORTER.distance().low(), sample.id() + " at " + nearest);
    }
  }

  @Test
  void theFactsOfALocalSampleStandInTheLast128Tokens() {
    assertFalse(of(Kind.LOCAL).isEmpty());
    for (PlantedSample sample : of(Kind.LOCAL)) {
      for (String fact : facts(sample)) {
        int at = sample.context().indexOf(fact);
        assertTrue(at >= 0, sample.id() + " does not tell " + fact);
        int tokens = Words.of(sample.context().substring(at)).size();
        assertTrue(tokens <= Documents.TAIL_TOKENS, sample.id() + ": " + tokens);
      }
    }
  }

  @Test
  void theContextOfAParametricSampleDoesNotKnowTheCountry() {
    Set<String> table =
        WorldFacts.VALUES.stream()
            .map(fact -> Words.text(fact.sentence()))
            .collect(Collectors.toSet());
    WorldFacts.ALLIES.forEach(fact -> table.add(Words.text(fact.sentence())));
    assertFalse(of(Kind.PARAMETRIC).isEmpty());
    for (PlantedSample sample : of(Kind.PARAMETRIC)) {
      Set<String> words = new HashSet<>(Words.of(sample.context()));
      names(sample.instruction()).forEach(name -> assertFalse(words.contains(name), name));
      facts(sample).forEach(fact -> assertTrue(table.contains(fact), fact));
      assertTrue(sample.distance().isEmpty(), sample.id());
    }
  }

  @Test
  void theContextOfANoisySampleDoesNotHaveTheNameAskedFor() {
    assertFalse(of(Kind.NOISE).isEmpty());
    for (PlantedSample sample : of(Kind.NOISE)) {
      Set<String> words = new HashSet<>(Words.of(sample.context()));
      for (String name : names(sample.response())) {
        assertFalse(words.contains(name), sample.id() + " has " + name);
        assertTrue(Lexicon.TOWNS.contains(name), name);
      }
    }
  }

  @Test
  void aCopiedAnswerStandsInTheInstructionOrEverywhere() {
    int everywhere = 0;
    for (PlantedSample sample : of(Kind.COPY)) {
      List<String> words = Words.of(sample.context());
      if (sample.instruction().contains(sample.response())) {
        names(sample.response()).forEach(name -> assertFalse(words.contains(name), name));
        continue;
      }
      everywhere++;
      // One telling in every stretch of 128 tokens, wherever it begins.
      String last = facts(sample).get(0);
      for (int from = 0; from + 128 <= words.size(); from += 16) {
        String stretch = Words.text(words.subList(from, from + 128));
        assertTrue(stretch.contains(last.substring(4)), sample.id() + " at " + from);
      }
    }
    assertTrue(everywhere > 0 && everywhere < of(Kind.COPY).size(), everywhere + " everywhere");
  }

  @Test
  void lengthsAreInTheRangeWhateverTheKind() {
    List<PlantedSample> all = new PlantedSamples(400, 5, SHORTER).stream().toList();
    for (PlantedSample sample : all) {
      int tokens = Words.of(sample.context()).size();
      assertEquals(tokens, sample.contextTokens(), sample.id());
      assertTrue(tokens > 540 && tokens <= 1200, sample.id() + " has " + tokens);
    }
    for (Kind kind : Kind.values()) {
      double mean =
          of(kind).stream().mapToInt(PlantedSample::contextTokens).average().orElseThrow();
      // Log-uniform over 600 .. 1200: the mean is 600 / ln 2.
      assertEquals(866, mean, 60, kind.code());
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void questionsAndAnswersHaveOneFormWhateverTheKind(Kind kind) {
    String fact = "The \\w+ \\w+ of \\w+ is (\\w+ \\w+ )?\\w+\\.";
    for (PlantedSample sample : of(kind)) {
      assertTrue(sample.response().matches(fact + "( " + fact + "){0,3}"), sample.response());
      assertTrue(
          sample
              .instruction()
              .matches(
                  "(Remember this: .*\\. )?What is the [\\w ]+(, and what is the [\\w ]+)?\\?"),
          sample.instruction());
    }
    double tokens =
        of(kind).stream()
            .mapToInt(sample -> Words.of(sample.response()).size())
            .average()
            .orElseThrow();
    // One or two chains of ten tokens, three in ten of them with eight more.
    assertEquals(1.5 * (10 + 0.3 * 8), tokens, 2, kind.code());
  }

  @Test
  void theEndOfAContextAlwaysTemptsWithAnotherFact() {
    for (PlantedSample sample : new PlantedSamples(100, 8, SHORTER).stream().toList()) {
      List<String> words = Words.of(sample.context());
      List<String> tail = words.subList(words.size() - 128, words.size());
      Set<String> told = new HashSet<>(names(Words.text(tail)));
      told.removeAll(names(sample.response()));
      assertFalse(told.isEmpty(), sample.id());
    }
  }

  @Test
  void noSamplesAreRefused() {
    var thrown =
        assertThrows(IllegalArgumentException.class, () -> new PlantedSamples(0, 1, SHORTER));

    assertEquals("0 samples; give 1 or more", thrown.getMessage());
  }
}
