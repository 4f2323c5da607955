package io.gateau.pipeline.rank.strategy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Strategies over losses of tokens and segments, worked by hand. The losses of the tokens are those
 * of {@code KeyTokensTest}, those of the pairs of {@code LongDependencyTest}.
 *
 * <pre>
 *   evidence: segment losses 2.5, 1.75, 3; long loss 0.5: 1.75 - 0.5 = 1.25
 *   longfilter: 0.912293
 *   longppl: 2 key tokens of 5, exp(0.846574) = 2.331644
 *   superfiltering: short loss 2, bare 4: 0.5
 * </pre>
 */
class TokenStrategiesTest {
  private static final RankConfig CONFIG = RankConfig.DEFAULT;
  private static final double LN_2 = Math.log(2);
  private static final double[] WHOLE = {LN_2, 0, 2, 1, 1};
  private static final double[] RECENT = {LN_2 + 3, 1, 5, 3, 3.5};
  private static final double LN_10 = Math.log(10);
  private static final SampleSignals SAMPLE = sample(WHOLE, RECENT);

  private static SampleSignals sample(double[] whole, double[] recent) {
    return new StrategiesTest.MapSignals(
        "a",
        Map.of("long_loss", 0.5, "short_loss", 2.0, "short_bare_loss", 4.0),
        Map.of(
            "long_segment_loss", new double[] {2.5, 1.75, 3},
            "long_token_loss", whole,
            "long_recent_token_loss", recent,
            "long_alone_segment_loss", new double[] {LN_10, LN_10, LN_10},
            "long_pair_segment_loss", new double[] {Math.log(5), Math.log(8), LN_10}));
  }

  private static double score(String code) {
    Strategy strategy = Strategies.of(code);
    return strategy.score(strategy.raw(SAMPLE, CONFIG), new double[0], CONFIG);
  }

  private static String explanation(String code) {
    Strategy strategy = Strategies.of(code);
    return strategy.explain(strategy.raw(SAMPLE, CONFIG), new double[0], CONFIG);
  }

  @Test
  void evidenceIsWhatTheBestSegmentLacks() {
    assertEquals(1.25, score("evidence"), 1e-12);
    assertEquals(
        "score = evidence 1.250 = 1.750 - 0.500: the mean loss of the response given the segment"
            + " that helps most, and given the whole context",
        explanation("evidence"));
  }

  @Test
  void longfilterIsTheMeanOfWhatTheLongContextAdds() {
    assertEquals(0.912293, score("longfilter"), 1e-6);
    assertEquals(
        "score = longfilter 0.912: the mean, over the response tokens, of what the whole prompt"
            + " takes off their loss, weighted by their probability",
        explanation("longfilter"));
    assertEquals(
        List.of("long_token_loss", "long_recent_token_loss"),
        Strategies.of("longfilter").tokenColumns());
  }

  @Test
  void longpplIsThePerplexityOfTheKeyTokensAndTheLowestIsTheBest() {
    assertEquals(-2.331644, score("longppl"), 1e-6);
    assertArrayEquals(
        new double[] {2.331644, 0.4}, Strategies.of("longppl").raw(SAMPLE, CONFIG), 1e-6);
    assertEquals(
        "score = -longppl 2.332: the perplexity of the 40.0 % of the response tokens that need the"
            + " long context",
        explanation("longppl"));
  }

  @Test
  void withoutKeyTokensThereIsNoLongppl() {
    Strategy longppl = Strategies.of("longppl");
    assertEquals(
        Optional.of("no token of the response needs the long context, so there is no longppl"),
        longppl.exclusion(longppl.raw(sample(WHOLE, WHOLE), CONFIG)));
    assertEquals(Optional.empty(), longppl.exclusion(longppl.raw(SAMPLE, CONFIG)));
  }

  @Test
  void prolongIsTheDependencyOfTheSegments() {
    assertEquals(0.567522, score("prolong"), 1e-6);
    assertEquals(
        "score = prolong 0.568: the sum, over pairs of segments that help each other, of how much,"
            + " how far apart and how specifically",
        explanation("prolong"));
  }

  @Test
  void superfilteringIsTheDifficultyUnderTheShortModel() {
    assertEquals(0.5, score("superfiltering"), 0);
    assertEquals(
        "score = superfiltering 0.500 = 2.000 / 4.000: the mean loss of the response with context"
            + " and instruction and alone",
        explanation("superfiltering"));
    assertEquals(
        List.of("short-response-loss", "short-bare-response-loss"),
        Strategies.of("superfiltering").signals().stream().map(signal -> signal.name()).toList());
  }
}
