package io.gateau.score;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gateau.model.ModelCache;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.decoder.AttentionHeads;
import io.gateau.model.decoder.Decoder;
import io.gateau.testing.Deviations;
import io.gateau.testing.Golden;
import io.gateau.testing.LongValues;
import io.gateau.testing.NaiveDecoder;
import io.gateau.testing.NaiveSignals;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The four signals of the golden samples, whatever the company in which a sample is scored. */
class SampleScorerTest {
  private static final double GOLDEN = 2e-5;
  private static final double COMPANY = 1e-5;

  @TempDir Path directory;

  @AfterEach
  void close() {
    ModelCache.closeAll();
  }

  @ParameterizedTest
  @EnumSource
  void theGoldenSignalsComeOut(Golden.Checkpoint checkpoint) throws Exception {
    checkpoint.write(directory);
    Deviations deviations = new Deviations();
    for (Golden.Sample sample : checkpoint.golden().samples()) {
      compare(deviations, expected(sample), signals(sample, 8_192));
    }
    System.out.println(checkpoint + ": " + deviations.table());
    deviations.assertBelow(GOLDEN);
  }

  @ParameterizedTest
  @EnumSource
  void theSizeOfTheBatchesChangesNothing(Golden.Checkpoint checkpoint) throws Exception {
    checkpoint.write(directory);
    Deviations deviations = new Deviations();
    for (Golden.Sample sample : checkpoint.golden().samples()) {
      Signals alone = signals(sample, 1);
      for (int batchTokens : new int[] {300, 1_000, 100_000}) {
        compare(deviations, alone, signals(sample, batchTokens));
      }
    }
    deviations.assertBelow(COMPANY);
  }

  @ParameterizedTest
  @EnumSource
  void twoThreadsAndManyCallsChangeNothing(Golden.Checkpoint checkpoint) throws Exception {
    checkpoint.write(directory);
    List<Golden.Sample> samples = checkpoint.golden().samples();
    List<Signals> alone = samples.stream().map(sample -> signals(sample, 1_000)).toList();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<List<Signals>>> rounds = new ArrayList<>();
      for (int round = 0; round < 20; round++) {
        rounds.add(threads.submit(() -> samples.stream().map(s -> signals(s, 1_000)).toList()));
      }
      Deviations deviations = new Deviations();
      for (Future<List<Signals>> round : rounds) {
        for (int i = 0; i < alone.size(); i++) {
          compare(deviations, alone.get(i), round.get().get(i));
        }
      }
      deviations.assertBelow(COMPANY);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void eachSignalAloneEqualsThatOfTheWholeSet() throws Exception {
    Golden.Checkpoint.SEPARATE.write(directory);
    Golden.Sample sample = Golden.Checkpoint.SEPARATE.golden().samples().get(1);
    Decoder decoder = ModelCache.decoder(spec(Golden.LONG_ROPE_THETA));
    SampleScorer scorer = scorer(decoder, 500);
    LongValues all = LongValues.of(scorer, pieces(sample)).orElseThrow();
    Deviations deviations = new Deviations();
    deviations.add("long_ppl", all.perplexity(), scorer.perplexity(pieces(sample)).orElseThrow());
    deviations.add(
        "segment_ppl",
        all.segmentPerplexity(),
        scorer.segmentPerplexities(pieces(sample)).orElseThrow());
    deviations.add(
        "segment_attention",
        all.segmentAttention(),
        scorer.segmentAttention(pieces(sample)).orElseThrow());
    deviations.assertBelow(COMPANY);
  }

  @Test
  void everySegmentIsScoredOnceAndTheRestInOnePass() throws Exception {
    Golden.Checkpoint.TIED.write(directory);
    Golden.Sample sample = Golden.Checkpoint.TIED.golden().samples().get(1);
    Decoder decoder = ModelCache.decoder(spec(10_000));
    LongValues signals = LongValues.of(scorer(decoder, 1_000), pieces(sample)).orElseThrow();

    assertEquals(1 + signals.segmentPerplexity().length, decoder.inferenceCount().sequences());
  }

  /* Fewer heads, one layer, and segments of 16 that share 5: against the naive twin. */
  @Test
  void overlappingSegmentsAndChosenHeadsAreThoseOfTheNaiveDecoder() throws Exception {
    Path model = Golden.Checkpoint.SEPARATE.write(directory);
    Golden.Sample sample = Golden.Checkpoint.SEPARATE.golden().samples().get(1);
    AttentionFocus focus = new AttentionFocus("last:1", "0,2");
    TokenizedSample pieces = pieces(sample);
    Decoder decoder = ModelCache.decoder(spec(ModelSpec.CONFIGURED_THETA));
    SampleScorer scorer =
        new SampleScorer(
            decoder, new ScoringConfig(PromptTemplate.GATEAU, 4_096, 16, 5, focus, 500));
    AttentionHeads chosen = focus.in(decoder.config());
    NaiveDecoder naive = new NaiveDecoder(model);
    double[] attention =
        naive
            .run(pieces.sequence(), pieces.tokens() - pieces.response().length)
            .attention(chosen.layers(), chosen.heads());

    LongValues signals = LongValues.of(scorer, pieces).orElseThrow();

    assertEquals(0, pieces.start().length);
    int start = pieces.prefix().length;
    List<Double> expected = new ArrayList<>();
    int from = -11;
    do {
      from += 11;
      int to = Math.min(from + 16, pieces.context().length);
      expected.add(Arrays.stream(attention, start + from, start + to).average().orElseThrow());
    } while (from + 16 < pieces.context().length);
    Deviations deviations = new Deviations();
    deviations.add(
        "segment_attention",
        expected.stream().mapToDouble(x -> x).toArray(),
        signals.segmentAttention());
    deviations.add(
        "segment_ppl",
        new NaiveSignals(
                NaiveSignals.NO_BOS,
                pieces.prefix(),
                pieces.context(),
                pieces.instruction(),
                pieces.response(),
                16,
                5)
            .segmentPerplexity(naive),
        signals.segmentPerplexity());
    deviations.assertBelow(GOLDEN);
  }

  private record Signals(double shortPerplexity, LongValues of) {}

  private Signals signals(Golden.Sample sample, int batchTokens) {
    TokenizedSample pieces = pieces(sample);
    Decoder shortModel = ModelCache.decoder(spec(ModelSpec.CONFIGURED_THETA));
    Decoder longModel = ModelCache.decoder(spec(Golden.LONG_ROPE_THETA));
    return new Signals(
        scorer(shortModel, batchTokens).perplexity(pieces).orElseThrow(),
        LongValues.of(scorer(longModel, batchTokens), pieces).orElseThrow());
  }

  private static Signals expected(Golden.Sample sample) {
    return new Signals(
        sample.shortPpl(),
        new LongValues(
            sample.longPpl(),
            sample.segmentPpl().stream().mapToDouble(x -> x).toArray(),
            sample.segmentAttention().stream().mapToDouble(x -> x).toArray()));
  }

  private static void compare(Deviations deviations, Signals expected, Signals actual) {
    deviations.add("short_ppl", expected.shortPerplexity, actual.shortPerplexity);
    deviations.add("long_ppl", expected.of.perplexity(), actual.of.perplexity());
    deviations.add("segment_ppl", expected.of.segmentPerplexity(), actual.of.segmentPerplexity());
    deviations.add(
        "segment_attention", expected.of.segmentAttention(), actual.of.segmentAttention());
  }

  private static SampleScorer scorer(Decoder decoder, int batchTokens) {
    return new SampleScorer(
        decoder,
        new ScoringConfig(PromptTemplate.GATEAU, 4_096, Golden.SEGMENT_TOKENS, batchTokens));
  }

  private ModelSpec spec(double ropeTheta) {
    return new ModelSpec(directory.toString(), ropeTheta, Dtype.FLOAT32, "cpu");
  }

  private TokenizedSample pieces(Golden.Sample sample) {
    return TokenizedSample.of(
        ModelCache.get(spec(ModelSpec.CONFIGURED_THETA)).tokenizer(),
        PromptTemplate.GATEAU,
        sample.context(),
        sample.instruction(),
        sample.response());
  }
}
