package io.gateau.score;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gateau.model.ModelCache;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.decoder.Decoder;
import io.gateau.model.decoder.StreamedLayersTest;
import io.gateau.score.baseline.FirstLayerAttention;
import io.gateau.score.baseline.RecentContextLoss;
import io.gateau.score.baseline.SegmentPairLoss;
import io.gateau.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which sequences a pass has, and that a model reads just these. */
class PassTest {
  private static final TokenizedSample WITH_START = sample(1);
  private static final TokenizedSample WITHOUT_START = sample();

  @TempDir Path directory;

  @AfterEach
  void close() {
    ModelCache.closeAll();
  }

  /* Prefix 2, context 10 to 14, instruction 20 to 22, response 30 and 31; the start, if any, is 1. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WHOLE    | 2 | 0 | 1 2 10 11 12 13 14 20 21 22 30 31",
        "SEGMENTS | 2 | 0 | 1 2 10 11 20 21 22 30 31, 1 2 12 13 20 21 22 30 31, 1 2 14 20 21 22 30 31",
        "SEGMENTS | 3 | 1 | 1 2 10 11 12 20 21 22 30 31, 1 2 12 13 14 20 21 22 30 31",
        "SEGMENTS | 5 | 4 | 1 2 10 11 12 13 14 20 21 22 30 31",
        "BARE     | 2 | 0 | 1 30 31"
      })
  void theSequencesAreTheseAndScoreTheResponse(
      Pass pass, int segment, int overlap, String expected) {
    assertEquals(texts(expected, 2), texts(pass, WITH_START, segment, overlap));
    int scored = pass == Pass.BARE ? 1 : 2;
    String without = expected.replaceAll("(^|, )1 ", "$1");
    assertEquals(texts(without, scored), texts(pass, WITHOUT_START, segment, overlap));
  }

  /* Whole 1 + 1 + 5 + 3 + 2; segments 7 + 2, 7 + 2, 7 + 1 and 7 + 3, 7 + 3; bare 1 + 2. */
  @ParameterizedTest
  @CsvSource({"WHOLE, 2, 0, 12", "SEGMENTS, 2, 0, 26", "SEGMENTS, 3, 1, 20", "BARE, 2, 0, 3"})
  void theTokensAreThoseOfAllSequences(Pass pass, int segment, int overlap, long tokens) {
    assertEquals(tokens, pass.tokens(WITH_START, config(segment, overlap)));
    long sequences = pass.sequences(WITH_START, config(segment, overlap)).count();
    assertEquals(tokens - sequences, pass.tokens(WITHOUT_START, config(segment, overlap)));
  }

  /* The prompt is 2, 10 to 14, 20 to 22: nine tokens. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | 1 22 30 31",
        "4 | 1 14 20 21 22 30 31",
        "8 | 1 10 11 12 13 14 20 21 22 30 31",
        "9 | 1 2 10 11 12 13 14 20 21 22 30 31"
      })
  void theRecentContextIsTheEndOfThePrompt(int tokens, String expected) {
    ScoringConfig config = config(2, 0).withRecentTokens(tokens);
    assertEquals(List.of(expected + " scores 2"), texts(Pass.RECENT, WITH_START, config));
    assertEquals(
        List.of(expected.substring(2) + " scores 2"), texts(Pass.RECENT, WITHOUT_START, config));
    assertEquals(expected.split(" ").length, Pass.RECENT.tokens(WITH_START, config));
  }

  @Test
  void aRecentContextThatIsTheWholePromptIsReadWithTheWholeSample() {
    SampleLengths lengths = WITH_START.lengths();
    assertEquals(Pass.RECENT, Pass.RECENT.read(lengths, config(2, 0).withRecentTokens(8)));
    assertEquals(Pass.WHOLE, Pass.RECENT.read(lengths, config(2, 0).withRecentTokens(9)));
    assertEquals(Pass.SEGMENTS, Pass.SEGMENTS.read(lengths, config(2, 0)));
  }

  /* Segments of two: 10 11, 12 13 and 14, which is one token and left out. */
  @Test
  void pairsAreSegmentsAloneAndBehindEarlierOnes() {
    assertEquals(
        List.of("1 10 11 scores 2", "1 12 13 scores 2", "1 10 11 12 13 scores 2"),
        texts(Pass.PAIRS, WITH_START, config(2, 0)));
    assertEquals(
        List.of("10 11 scores 1", "12 13 scores 1", "10 11 12 13 scores 1"),
        texts(Pass.PAIRS, WITHOUT_START, config(2, 0)));
    assertEquals(11, Pass.PAIRS.tokens(WITH_START, config(2, 0)));
    assertEquals(8, Pass.PAIRS.tokens(WITHOUT_START, config(2, 0)));
  }

  @Test
  void theFirstLayerReadsTheWholeSampleAndScoresNothing() {
    ScoringConfig config = config(2, 0);
    assertEquals(
        List.of("1 2 10 11 12 13 14 20 21 22 30 31 scores 0"),
        texts(Pass.FIRST_LAYER, WITH_START, config));
    assertEquals(12, Pass.FIRST_LAYER.tokens(WITH_START, config));
    assertEquals(0, Pass.FIRST_LAYER.scored(WITH_START.lengths(), config));
  }

  @Test
  void aContextWithoutTokensHasNoSegments() {
    TokenizedSample empty =
        new TokenizedSample(new int[1], new int[1], new int[0], new int[1], new int[1], false);

    assertEquals(0, Pass.SEGMENTS.sequences(empty, config(2, 0)).count());
    assertEquals(0, Pass.SEGMENTS.tokens(empty, config(2, 0)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5})
  void aModelReadsTheTokensThatThePassCounts(int overlap) throws Exception {
    TinyCheckpoint.tied().write(directory);
    Map<Pass, Signal> signals =
        Map.of(
            Pass.WHOLE, new ResponseLoss(),
            Pass.SEGMENTS, new SegmentLoss(),
            Pass.BARE, new BareResponseLoss(),
            Pass.RECENT, new RecentContextLoss(),
            Pass.PAIRS, new SegmentPairLoss(),
            Pass.FIRST_LAYER, new FirstLayerAttention());
    ScoringConfig config = config(16, overlap).withRecentTokens(30);
    for (TokenizedSample drawn : StreamedLayersTest.samples(3)) {
      TokenizedSample sample =
          new TokenizedSample(
              new int[] {TinyCheckpoint.BOS_ID},
              drawn.prefix(),
              drawn.context(),
              drawn.instruction(),
              drawn.response(),
              false);
      long all = 0;
      for (Pass pass : Pass.values()) {
        long expected = pass.tokens(sample, config);
        assertEquals(expected, tokensRead(config, sample, List.of(signals.get(pass))), pass.name());
        all += expected;
      }
      assertEquals(all, tokensRead(config, sample, List.copyOf(signals.values())));
    }
  }

  private long tokensRead(ScoringConfig config, TokenizedSample sample, List<Signal> signals) {
    Decoder decoder =
        ModelCache.decoder(new ModelSpec(directory.toString(), 10_000, Dtype.FLOAT32, "cpu"));
    long before = decoder.inferenceCount().tokens();
    new SampleScorer(decoder, config).score(List.of(sample), signals);
    return decoder.inferenceCount().tokens() - before;
  }

  private static List<String> texts(String sequences, int scored) {
    return Arrays.stream(sequences.split(", ")).map(text -> text + " scores " + scored).toList();
  }

  private static List<String> texts(Pass pass, TokenizedSample sample, int segment, int overlap) {
    return texts(pass, sample, config(segment, overlap));
  }

  private static List<String> texts(Pass pass, TokenizedSample sample, ScoringConfig config) {
    return pass.sequences(sample, config).map(PassTest::text).toList();
  }

  private static String text(Pass.Sequence sequence) {
    return Arrays.stream(sequence.tokens())
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(" "))
        + " scores "
        + sequence.scoredTokens();
  }

  private static ScoringConfig config(int segment, int overlap) {
    return new ScoringConfig(
        PromptTemplate.GATEAU, 4_096, segment, overlap, AttentionFocus.EVERYTHING, 300);
  }

  private static TokenizedSample sample(int... start) {
    return new TokenizedSample(
        start,
        new int[] {2},
        new int[] {10, 11, 12, 13, 14},
        new int[] {20, 21, 22},
        new int[] {30, 31},
        false);
  }
}
