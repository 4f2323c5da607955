package io.gateau.planted.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.planted.IntRange;
import io.gateau.planted.Kind;
import io.gateau.planted.PlantedSample;
import io.gateau.planted.WordCount;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RealSamplesTest {
  private static final int DOCUMENTS = 12;
  private static final int PARAGRAPHS = 14;

  private static final IntRange LENGTH = new IntRange(480, 700);
  private static final IntRange DISTANCE = new IntRange(150, 400);

  private static final RealConfig MEASURED =
      new RealConfig(RealConfig.MEASURED, LENGTH, DISTANCE, 0.5);
  private static final RealConfig UNMEASURED =
      new RealConfig(RealConfig.UNMEASURED, LENGTH, DISTANCE, 0.5);

  /** A village chronicle for each document: every paragraph counts the steps of one tower. */
  private static Corpus corpus(int documents) {
    Corpus.Builder builder = new Corpus.Builder();
    for (int document = 0; document < documents; document++) {
      String name = "Village" + (char) ('A' + document);
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < PARAGRAPHS; i++) {
        text.append(i == 0 ? "" : "\n\n").append(paragraph(name, document, i));
      }
      for (int i = 0; i < PARAGRAPHS; i++) {
        builder.add(
            new SourceRecord(
                name + i,
                Optional.of(name),
                text.toString(),
                "How many steps has the tower of %s number %s?".formatted(name, letters(i)),
                steps(document, i)));
      }
    }
    return builder.build();
  }

  private static String paragraph(String name, int document, int number) {
    return ("%s lies in valley %s where the river bends twice before it meets the sea. "
            + "The tower number %s has %s steps of grey stone. "
            + "In spring the fields of %s below tower %s are under water, and boats bring bread. "
            + "Chapter %s of the chronicle of %s ends here.")
        .formatted(
            name,
            letters(number),
            letters(number),
            steps(document, number),
            name,
            letters(number),
            letters(number),
            name);
  }

  private static String steps(int document, int number) {
    return Integer.toString(1_000 + 20 * document + number);
  }

  private static String letters(int number) {
    return "x".repeat(number + 1);
  }

  private static RealSamples samples(int count, long seed, RealConfig config) {
    return new RealSamples(corpus(DOCUMENTS), count, seed, config, WordCount::of, Optional.empty());
  }

  /** A model that knows the towers whose steps are a multiple of four. */
  private static double[] everyFourth(List<DocumentQuestion> questions) {
    return questions.stream()
        .mapToDouble(one -> Integer.parseInt(one.response()) % 4 == 0 ? 0.25 : 3)
        .toArray();
  }

  private static Set<Integer> paragraphsWith(PlantedSample sample) {
    List<String> paragraphs = Arrays.asList(sample.context().split("\n\n"));
    Set<Integer> found = new HashSet<>();
    for (int i = 0; i < paragraphs.size(); i++) {
      if (paragraphs.get(i).contains(sample.response())) {
        found.add(i - paragraphs.size());
      }
    }
    return found;
  }

  @Test
  void theEvidenceIsWhereTheKindSaysAndNowhereElse() {
    List<PlantedSample> all = samples(60, 7, UNMEASURED).stream().toList();

    assertEquals(
        Map.of(Kind.LONG_RANGE, 21L, Kind.LOCAL, 15L, Kind.NOISE, 15L, Kind.COPY, 9L),
        all.stream().collect(Collectors.groupingBy(PlantedSample::kind, Collectors.counting())));
    for (PlantedSample sample : all) {
      Set<Integer> found = paragraphsWith(sample);
      String of = sample.kind() + " " + sample.id();
      assertEquals(
          sample.kind() == Kind.COPY, sample.instruction().contains(sample.response()), of);
      switch (sample.kind()) {
        case LONG_RANGE -> {
          assertEquals(1, found.size(), of);
          assertFalse(found.contains(-1), of);
          String behind =
              sample
                  .context()
                  .substring(
                      sample.context().indexOf(sample.response() + " steps of grey stone.")
                          + sample.response().length()
                          + " steps of grey stone.".length());
          assertEquals(WordCount.of(behind), sample.distance().getAsInt(), of);
          assertTrue(sample.distance().getAsInt() >= DISTANCE.low(), of);
        }
        case LOCAL -> {
          assertEquals(Set.of(-1), found, of);
          assertEquals(0, sample.distance().getAsInt(), of);
        }
        default -> {
          assertEquals(Set.of(), found, of);
          assertTrue(sample.distance().isEmpty(), of);
        }
      }
    }
  }

  @Test
  void contextsOfAllKindsHaveOneForm() {
    for (PlantedSample sample : samples(60, 8, UNMEASURED).stream().toList()) {
      String of = sample.kind() + " " + sample.id();
      List<String> paragraphs = Arrays.asList(sample.context().split("\n\n"));
      assertEquals(WordCount.of(sample.context()), sample.contextTokens(), of);
      assertTrue(
          sample.contextTokens() >= LENGTH.low() && sample.contextTokens() <= LENGTH.high(), of);
      assertEquals(paragraphs.size(), new HashSet<>(paragraphs).size(), "none stands twice, " + of);
      String last = paragraphs.get(paragraphs.size() - 1);
      assertEquals(1, TextCuts.sentences(last).size(), "one sentence ends it, " + of);
      assertTrue(
          paragraphs.stream().noneMatch(one -> !one.equals(last) && one.contains(last)),
          "the paragraph of the last sentence is left out, " + of);
      assertEquals(
          sample.kind() != Kind.NOISE,
          paragraphs.subList(0, paragraphs.size() - 1).stream()
              .anyMatch(one -> one.startsWith(sample.source())),
          "noise alone has nothing of the document, " + of);
    }
  }

  @Test
  void noEvidenceIsFartherAwayThanTheDistanceSays() {
    IntRange distance = new IntRange(150, 220);
    List<PlantedSample> all =
        samples(40, 7, new RealConfig(Map.of(Kind.LONG_RANGE, 1.0), LENGTH, distance, 0.5)).stream()
            .toList();

    assertEquals(40, all.size());
    for (PlantedSample sample : all) {
      assertTrue(distance.contains(sample.distance().getAsInt()), sample::toString);
    }
  }

  @Test
  void aQuestionThatNoModelShouldReadInOnePieceIsGivenUp() {
    Corpus usual = corpus(DOCUMENTS);
    DocumentQuestion first = usual.questions().get(0);
    List<DocumentQuestion> questions = new ArrayList<>(usual.questions());
    questions.set(
        0,
        new DocumentQuestion(
            first.id(),
            first.source(),
            "why ".repeat(3_000) + "?",
            first.response(),
            first.document(),
            first.paragraph(),
            first.evidence()));
    RealSamples samples =
        new RealSamples(
            new Corpus(usual.documents(), questions, usual.records(), usual.passedOver()),
            60,
            1,
            MEASURED,
            WordCount::of,
            Optional.of(
                asked -> {
                  asked.forEach(one -> assertTrue(one.instruction().length() < 1_000));
                  return everyFourth(asked);
                }));

    assertTrue(samples.stream().noneMatch(one -> one.instruction().startsWith("why")));
    assertTrue(samples.tally().givenUp() >= 1, () -> samples.tally().toString());
  }

  @Test
  void aSeedIsADataSetInWhichNoQuestionIsAskedTwice() {
    List<PlantedSample> all = samples(80, 3, UNMEASURED).stream().toList();

    assertEquals(all, samples(80, 3, UNMEASURED).stream().toList());
    assertNotEquals(all, samples(80, 4, UNMEASURED).stream().toList());
    assertEquals(80, all.stream().map(PlantedSample::response).distinct().count());
    assertEquals(80, all.stream().map(PlantedSample::id).distinct().count());
  }

  @Test
  void whatTheModelKnowsIsParametricAndAllElseItDoesNotKnow() {
    RealSamples samples =
        new RealSamples(
            corpus(DOCUMENTS),
            60,
            1,
            MEASURED,
            WordCount::of,
            Optional.of(RealSamplesTest::everyFourth));
    int parametric = 0;
    for (PlantedSample sample : samples.stream().toList()) {
      boolean known = Integer.parseInt(sample.response()) % 4 == 0;
      assertEquals(known, sample.kind() == Kind.PARAMETRIC, sample.id());
      assertEquals(known ? 0.25 : 3, sample.knownLoss().getAsDouble());
      if (known) {
        parametric++;
        assertTrue(sample.context().contains(sample.source()), "its document without the answer");
      }
    }
    assertEquals(9, parametric, "15 per cent");
    assertTrue(samples.tally().known() >= 9, () -> samples.tally().toString());
    assertTrue(samples.tally().questions() < 168, "no more is measured than is needed");
  }

  @Test
  void aCorpusThatDoesNotSufficeIsToldWithAWayOut() {
    assertEquals(
        "169 samples of 168 questions that can be used (of 168 records); every question is asked"
            + " once, so give more records or fewer samples",
        assertThrows(CorpusException.class, () -> samples(169, 1, UNMEASURED)).getMessage());
    assertEquals(
        "the corpus has one document; contexts are filled up from others, so give two or more",
        assertThrows(
                CorpusException.class,
                () -> new RealSamples(corpus(1), 1, 1, UNMEASURED, WordCount::of, Optional.empty()))
            .getMessage());
    assertEquals(
        "parametric samples are those whose answer a model knows, which is measured; name the model,"
            + " or give shares without parametric",
        assertThrows(IllegalArgumentException.class, () -> samples(9, 1, MEASURED)).getMessage());
    RealSamples tooMany =
        new RealSamples(
            corpus(DOCUMENTS),
            60,
            1,
            new RealConfig(Map.of(Kind.PARAMETRIC, 1.0), LENGTH, DISTANCE, 0.5),
            WordCount::of,
            Optional.of(RealSamplesTest::everyFourth));
    assertEquals(
        "sample 49 of 60 is to be parametric, and all 168 questions are used up: the model knows 48"
            + " (loss of 0.5 or less); give more records, fewer samples, a smaller share of"
            + " parametric or a larger known-loss",
        assertThrows(CorpusException.class, () -> tooMany.stream().toList()).getMessage());
  }

  @Test
  void twoDocumentsAreEnough() {
    RealSamples samples =
        new RealSamples(corpus(2), 8, 5, UNMEASURED, WordCount::of, Optional.empty());
    assertEquals(8, samples.stream().filter(one -> one.contextTokens() >= LENGTH.low()).count());
  }

  @Test
  void settingsThatDoNotFitAreRefused() {
    assertEquals(
        "a distance of 300 does not fit into contexts of 480 tokens; give 556 or more tokens, or a"
            + " smaller distance",
        assertThrows(
                IllegalArgumentException.class,
                () -> new RealConfig(RealConfig.UNMEASURED, LENGTH, new IntRange(300, 400), 0.5))
            .getMessage());
    assertEquals(
        "known-loss 0.0 is not positive; give nats per token, such as 0.5",
        assertThrows(
                IllegalArgumentException.class,
                () -> new RealConfig(RealConfig.UNMEASURED, LENGTH, DISTANCE, 0))
            .getMessage());
    assertEquals(
        "distance 100..200; below 128 tokens a sample is local, not long-range",
        assertThrows(
                IllegalArgumentException.class,
                () -> new RealConfig(RealConfig.UNMEASURED, LENGTH, new IntRange(100, 200), 0.5))
            .getMessage());
  }
}
