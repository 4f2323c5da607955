package io.gateau.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.math.Perplexity;
import io.gateau.model.ModelCache;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.Tokenizer;
import io.gateau.model.decoder.Decoder;
import io.gateau.testing.Golden;
import io.gateau.testing.NaiveDecoder;
import io.gateau.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses of single tokens, with everything before them and bare, against the naive decoder. */
class ResponseLossTest {
  private static final double NAIVE = 1e-5;
  private static final Signal WHOLE = new ResponseLoss();
  private static final Signal BARE = new BareResponseLoss();

  @TempDir Path directory;

  @AfterEach
  void close() {
    ModelCache.closeAll();
  }

  @ParameterizedTest
  @EnumSource
  void theLossesAreTheNaiveDecodersAndTheirMeanIsTheLoss(Golden.Checkpoint checkpoint)
      throws Exception {
    NaiveDecoder naive = new NaiveDecoder(checkpoint.write(directory), Golden.LONG_ROPE_THETA);
    SampleScorer scorer = scorer(Golden.LONG_ROPE_THETA);
    for (Golden.Sample golden : checkpoint.golden().samples()) {
      TokenizedSample sample = sample(golden.context(), golden.instruction(), golden.response());
      double[] expected =
          naive.run(sample.sequence(), sample.tokens() - sample.response().length).nll();

      List<Object> value = score(scorer, sample, WHOLE);

      assertLosses(expected, value);
      assertEquals(Math.log(golden.longPpl()), (double) value.get(0), NAIVE);
      assertEquals(
          scorer.perplexity(sample).orElseThrow(), Perplexity.of((double) value.get(0)), 0);
    }
  }

  /* The tokenizer puts 256 in front: p(B | 256), p(o | 256 B), p(b | 256 B o). */
  @ParameterizedTest
  @ValueSource(strings = {"B", "Bo", "Bob", "The harbour master keeps the ledger, näh."})
  void aBareResponseFollowsTheStartToken(String response) throws Exception {
    NaiveDecoder naive = new NaiveDecoder(TinyCheckpoint.tied().write(directory));
    int[] text = TinyCheckpoint.tokens(response);
    int[] sequence = new int[1 + text.length];
    sequence[0] = TinyCheckpoint.BOS_ID;
    System.arraycopy(text, 0, sequence, 1, text.length);

    List<Object> value =
        score(scorer(ModelSpec.CONFIGURED_THETA), sample("Where? Here.", "Who?", response), BARE);

    assertEquals(text.length, ((float[]) value.get(1)).length);
    assertLosses(naive.run(sequence, 1).nll(), value);
  }

  /* Nothing precedes the first token: p(o | B), p(b | B o). */
  @ParameterizedTest
  @ValueSource(strings = {"Bo", "Bob", "The harbour master keeps the ledger, näh."})
  void withoutStartTokenTheFirstTokenOfABareResponseHasNoLoss(String response) throws Exception {
    NaiveDecoder naive = new NaiveDecoder(TinyCheckpoint.separate().write(directory));
    int[] text = TinyCheckpoint.tokens(response);

    List<Object> value =
        score(scorer(ModelSpec.CONFIGURED_THETA), sample("Where? Here.", "Who?", response), BARE);

    assertEquals(text.length - 1, ((float[]) value.get(1)).length);
    assertLosses(naive.run(text, 1).nll(), value);
  }

  @Test
  void oneTokenAloneIsTooShortWithoutStartTokenOnly() throws Exception {
    TinyCheckpoint.separate().write(directory.resolve("without"));
    TinyCheckpoint.tied().write(directory.resolve("with"));
    for (String model : List.of("without", "with")) {
      try (Tokenizer tokenizer = Tokenizer.open(directory.resolve(model))) {
        TokenizedSample sample =
            TokenizedSample.of(tokenizer, PromptTemplate.GATEAU, "Where?", "Who?", "B");
        assertEquals(1, sample.response().length);
        assertEquals(
            model.equals("with") ? SampleStatus.OK : SampleStatus.TOO_SHORT,
            BARE.before(sample, ScoringConfig.DEFAULT),
            model);
      }
    }
  }

  @Test
  void aBareResponseDoesNotSeeContextAndInstruction() throws Exception {
    TinyCheckpoint.tied().write(directory);
    SampleScorer scorer = scorer(ModelSpec.CONFIGURED_THETA);
    TokenizedSample one = sample("Where? Here.", "Who?", "Bob, of course.");
    TokenizedSample other = sample("When? Now, or never again.", "What?", "Bob, of course.");

    List<Object> bare = score(scorer, one, BARE);

    assertEquals(bare.get(0), score(scorer, other, BARE).get(0));
    assertArrayEquals((float[]) bare.get(1), (float[]) score(scorer, other, BARE).get(1));
    double gap =
        (double) score(scorer, one, WHOLE).get(0) - (double) score(scorer, other, WHOLE).get(0);
    assertTrue(Math.abs(gap) > 1e-3, "with their contexts they differ, by " + gap);
  }

  @ParameterizedTest
  @EnumSource
  void oneCallGivesTheLossesOfAllPassesWhateverTheSizeOfTheBatches(Golden.Checkpoint checkpoint)
      throws Exception {
    checkpoint.write(directory);
    Golden.Sample golden = checkpoint.golden().samples().get(1);
    TokenizedSample sample = sample(golden.context(), golden.instruction(), golden.response());
    List<Signal> signals = List.of(BARE, WHOLE, new SegmentLoss(), new SegmentAttention());
    for (int batchTokens : new int[] {1, 300, 100_000}) {
      SampleScorer scorer = scorer(ModelSpec.CONFIGURED_THETA, batchTokens);
      Map<Signal, List<Object>> all = scorer.score(List.of(sample), signals).get(0).orElseThrow();

      assertEquals(signals, List.copyOf(all.keySet()));
      for (Signal signal : List.of(BARE, WHOLE)) {
        List<Object> alone = score(scorer, sample, signal);
        assertEquals((double) alone.get(0), (double) all.get(signal).get(0), NAIVE);
        assertArrayEquals((float[]) alone.get(1), (float[]) all.get(signal).get(1), (float) NAIVE);
      }
    }
  }

  /** The mean in double precision, and every loss in single precision. */
  private static void assertLosses(double[] expected, List<Object> value) {
    double loss = (double) value.get(0);
    float[] tokens = (float[]) value.get(1);
    assertEquals(2, value.size());
    assertEquals(expected.length, tokens.length);
    double sum = 0;
    for (int i = 0; i < tokens.length; i++) {
      assertEquals(expected[i], tokens[i], NAIVE, "token " + i);
      sum += tokens[i];
    }
    assertEquals(Arrays.stream(expected).average().orElseThrow(), loss, NAIVE);
    // Rounding to single precision moves a number by less than 2^-24 of itself.
    assertEquals(sum / tokens.length, loss, loss * 0x1p-24);
  }

  private static List<Object> score(SampleScorer scorer, TokenizedSample sample, Signal signal) {
    return scorer.score(List.of(sample), List.of(signal)).get(0).orElseThrow().get(signal);
  }

  private SampleScorer scorer(double ropeTheta) {
    return scorer(ropeTheta, 1_000);
  }

  private SampleScorer scorer(double ropeTheta, int batchTokens) {
    Decoder decoder = ModelCache.decoder(spec(ropeTheta));
    return new SampleScorer(
        decoder,
        new ScoringConfig(PromptTemplate.GATEAU, 4_096, Golden.SEGMENT_TOKENS, batchTokens));
  }

  private ModelSpec spec(double ropeTheta) {
    return new ModelSpec(directory.toString(), ropeTheta, Dtype.FLOAT32, "cpu");
  }

  private TokenizedSample sample(String context, String instruction, String response) {
    return TokenizedSample.of(
        ModelCache.get(spec(ModelSpec.CONFIGURED_THETA)).tokenizer(),
        PromptTemplate.GATEAU,
        context,
        instruction,
        response);
  }
}
