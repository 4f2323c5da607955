package io.gateau.score.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.math.SegmentPairs;
import io.gateau.model.ModelCache;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.decoder.Decoder;
import io.gateau.model.decoder.StreamedLayersTest;
import io.gateau.score.PromptTemplate;
import io.gateau.score.ResponseLoss;
import io.gateau.score.SampleScorer;
import io.gateau.score.SampleStatus;
import io.gateau.score.ScoringConfig;
import io.gateau.score.Signal;
import io.gateau.score.TokenizedSample;
import io.gateau.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The losses of other selectors, beside the loss of a response that says the same. */
class BaselineLossesTest {
  private static final Signal WHOLE = new ResponseLoss();
  private static final Signal RECENT = new RecentContextLoss();
  private static final Signal PAIRS = new SegmentPairLoss();

  @TempDir Path directory;
  private Decoder decoder;

  @BeforeEach
  void load() throws Exception {
    TinyCheckpoint.tied().write(directory);
    decoder = ModelCache.decoder(new ModelSpec(directory.toString(), 10_000, Dtype.FLOAT32, "cpu"));
  }

  @AfterEach
  void close() {
    ModelCache.closeAll();
  }

  private Map<Signal, List<Object>> values(
      TokenizedSample sample, ScoringConfig config, Signal... signals) {
    return new SampleScorer(decoder, config)
        .score(List.of(sample), List.of(signals))
        .get(0)
        .orElseThrow();
  }

  private static TokenizedSample sample(int number) {
    TokenizedSample drawn = StreamedLayersTest.samples(5).get(number);
    return new TokenizedSample(
        new int[] {TinyCheckpoint.BOS_ID},
        drawn.prefix(),
        drawn.context(),
        drawn.instruction(),
        drawn.response(),
        false);
  }

  /** The mean loss of a response behind other tokens, read as a sample of its own. */
  private double loss(int[] prompt, int[] response) {
    TokenizedSample sample =
        new TokenizedSample(
            new int[] {TinyCheckpoint.BOS_ID}, new int[0], prompt, new int[0], response, false);
    return (double) values(sample, config(16), WHOLE).get(WHOLE).get(0);
  }

  private static ScoringConfig config(int segment) {
    return new ScoringConfig(PromptTemplate.GATEAU, 4_096, segment, 300);
  }

  @Test
  void theRecentLossIsThatOfAPromptThatBeginsLater() {
    TokenizedSample sample = sample(0);
    int[] prompt = sample.sequence();
    prompt = Arrays.copyOfRange(prompt, 1, prompt.length - sample.response().length);
    for (int tokens : new int[] {1, 7, 20}) {
      List<Object> recent = values(sample, config(16).withRecentTokens(tokens), RECENT).get(RECENT);
      int[] end = Arrays.copyOfRange(prompt, prompt.length - tokens, prompt.length);

      assertEquals(loss(end, sample.response()), (double) recent.get(0), 1e-5, tokens + " tokens");
      assertEquals(sample.response().length, ((float[]) recent.get(1)).length);
    }
  }

  @Test
  void aRecentContextOfTheWholePromptIsReadOnceAndIsTheLoss() {
    TokenizedSample sample = sample(1);
    long before = decoder.inferenceCount().tokens();
    Map<Signal, List<Object>> values = values(sample, config(16), WHOLE, RECENT);

    assertEquals(sample.tokens(), decoder.inferenceCount().tokens() - before, "tokens read");
    assertEquals(values.get(WHOLE).get(0), values.get(RECENT).get(0));
    assertArrayEquals(
        (float[]) values.get(WHOLE).get(1), (float[]) values.get(RECENT).get(1), "token losses");
  }

  @Test
  void pairsAreTheLossesOfSegmentsAloneAndBehindEarlierOnes() {
    TokenizedSample sample = sample(2);
    int size = Math.max(2, sample.context().length / 4);
    List<Object> value = values(sample, config(size), PAIRS).get(PAIRS);
    double[] alone = (double[]) value.get(0);
    double[] behind = (double[]) value.get(1);
    List<int[]> segments =
        config(size)
            .segments(sample.context().length)
            .map(segment -> Arrays.copyOfRange(sample.context(), segment.from(), segment.to()))
            .filter(segment -> segment.length > 1)
            .toList();
    List<SegmentPairs.Pair> pairs = SegmentPairs.of(segments.size()).toList();

    assertTrue(segments.size() > 3, "a sample with several segments");
    assertEquals(segments.size(), alone.length);
    assertEquals(pairs.size(), behind.length);
    for (int i = 0; i < alone.length; i++) {
      assertEquals(loss(new int[0], segments.get(i)), alone[i], 1e-5, "segment " + i);
    }
    for (int i = 0; i < behind.length; i++) {
      SegmentPairs.Pair pair = pairs.get(i);
      assertEquals(
          loss(segments.get(pair.earlier()), segments.get(pair.later())),
          behind[i],
          1e-5,
          pair.toString());
    }
  }

  @Test
  void pairsNeedTwoSegmentsOfTwoTokens() {
    TokenizedSample sample = sample(0);
    int tokens = sample.context().length;
    assertEquals(SampleStatus.TOO_SHORT, PAIRS.before(sample, config(tokens)));
    assertEquals(SampleStatus.TOO_SHORT, PAIRS.before(sample, config(tokens - 1)));
    assertEquals(SampleStatus.OK, PAIRS.before(sample, config(tokens - 2)));
  }

  @Test
  void whatDecidesTheNumbersIsNamed() {
    ScoringConfig config = config(64).withRecentTokens(2_048);
    assertEquals(Map.of("recent-tokens", "2048"), RECENT.settings(config, decoder.config()));
    assertEquals(
        Map.of("segment-tokens", "64", "segment-overlap", "0", "pairs-per-segment", "8"),
        PAIRS.settings(config, decoder.config()));
  }
}
