package io.gateau.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.gateau.math.Perplexity;
import io.gateau.model.DeviceMemory;
import io.gateau.model.LoadedModel;
import io.gateau.model.MemoryPolicy;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.decoder.Decoder;
import io.gateau.model.decoder.StreamedLayersTest;
import io.gateau.model.decoder.TileSizes;
import io.gateau.testing.LongValues;
import io.gateau.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches that keep to a device's memory, and what becomes of samples that it does not hold. */
class BatchSchedulerTest {
  @TempDir Path directory;

  @Test
  void littleMemoryMakesSmallBatchesAndTheSameNumbers() throws Exception {
    TinyCheckpoint.tied().write(directory);
    List<TokenizedSample> samples = StreamedLayersTest.samples(4);
    try (LoadedModel model = load(MemoryPolicy.DEFAULT)) {
      Decoder decoder = model.decoder(10_000);
      List<Optional<LongValues>> expected =
          LongValues.of(scorer(decoder, DeviceMemory.UNLIMITED), samples);
      long longest =
          samples.stream().mapToLong(pieces -> plan(decoder, pieces)).max().orElseThrow();
      List<Optional<LongValues>> actual =
          LongValues.of(scorer(decoder, new DeviceMemory(longest)), samples);
      for (int i = 0; i < samples.size(); i++) {
        LongValues one = expected.get(i).orElseThrow();
        LongValues other = actual.get(i).orElseThrow();
        assertEquals(one.perplexity(), other.perplexity(), 1e-5 * one.perplexity());
        assertArrayEquals(one.segmentPerplexity(), other.segmentPerplexity(), 1e-2);
        assertArrayEquals(one.segmentAttention(), other.segmentAttention(), 1e-6);
      }
    }
  }

  /* 10 samples of 100 to 109 tokens, at most 350 in a batch: 3, 3, 3, 1. */
  @Test
  void shortSamplesShareBatchesAndKeepTheirNumbers() throws Exception {
    TinyCheckpoint.tied().write(directory);
    Random random = new Random(5);
    List<TokenizedSample> samples = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      int[] context = random.ints(80 + i, 0, 258).toArray();
      int[] response = random.ints(14, 0, 258).toArray();
      samples.add(
          new TokenizedSample(new int[1], new int[0], context, new int[5], response, false));
    }
    try (LoadedModel model = load(MemoryPolicy.DEFAULT)) {
      Decoder decoder = model.decoder(10_000);
      List<Optional<Double>> perplexities = perplexities(scorer(decoder, 350), samples);
      assertEquals(4, decoder.inferenceCount().batches());
      assertEquals(10, decoder.inferenceCount().sequences());
      for (int i = 0; i < samples.size(); i++) {
        Decoder alone = model.decoder(10_000);
        double expected = scorer(alone, 350).perplexity(samples.get(i)).orElseThrow();
        assertEquals(1, alone.inferenceCount().batches());
        assertEquals(expected, perplexities.get(i).orElseThrow(), 1e-5 * expected, "sample " + i);
      }
    }
  }

  /* 100 tokens whole; 5 segments of 16 + 20 tokens: 2 of them beside the whole, then 3. */
  @Test
  void aBatchTakesAsManySegmentsAsItHasRoomFor() throws Exception {
    TinyCheckpoint.tied().write(directory);
    int[] context = new Random(6).ints(80, 0, 258).toArray();
    TokenizedSample pieces =
        new TokenizedSample(new int[1], new int[0], context, new int[5], new int[14], false);
    try (LoadedModel model = load(MemoryPolicy.DEFAULT)) {
      Decoder decoder = model.decoder(10_000);
      LongValues signals = LongValues.of(scorer(decoder, 175), pieces).orElseThrow();
      assertEquals(2, decoder.inferenceCount().batches());
      assertEquals(6, decoder.inferenceCount().sequences());
      assertEquals(280, decoder.inferenceCount().tokens());

      Decoder one = model.decoder(10_000);
      LongValues expected = LongValues.of(scorer(one, 1), pieces).orElseThrow();
      assertEquals(6, one.inferenceCount().batches());
      assertEquals(expected.perplexity(), signals.perplexity(), 1e-5 * expected.perplexity());
      assertArrayEquals(expected.segmentPerplexity(), signals.segmentPerplexity(), 1e-2);
      assertArrayEquals(expected.segmentAttention(), signals.segmentAttention(), 1e-6);
    }
  }

  @Test
  void aSampleThatMemoryDoesNotHoldIsLeftOutAndTheOthersAreScored() throws Exception {
    TinyCheckpoint.tied().write(directory);
    Random random = new Random(8);
    TokenizedSample giant =
        new TokenizedSample(
            new int[1],
            new int[0],
            random.ints(9_000, 0, 258).toArray(),
            new int[4],
            new int[5],
            false);
    List<TokenizedSample> samples = StreamedLayersTest.samples(2);
    for (MemoryPolicy placement : List.of(MemoryPolicy.DEFAULT, new MemoryPolicy(0, 100_000))) {
      try (LoadedModel model = load(placement)) {
        Decoder decoder = model.decoder(10_000);
        long enough = plan(decoder, giant) - 1;
        SampleScorer scorer = scorer(decoder, new DeviceMemory(enough));
        List<Optional<LongValues>> signals =
            LongValues.of(scorer, List.of(samples.get(0), giant, samples.get(1)));
        assertEquals(
            List.of(true, false, true), signals.stream().map(Optional::isPresent).toList());
        assertEquals(Optional.empty(), LongValues.of(scorer, giant));
        assertTrue(
            scorer(decoder, new DeviceMemory(enough + 1)).perplexity(giant).isPresent(),
            "one byte more holds it");
      }
    }
  }

  private static List<Optional<Double>> perplexities(
      SampleScorer scorer, List<TokenizedSample> samples) {
    Signal signal = new ResponseLoss();
    return scorer.score(samples, List.of(signal)).stream()
        .map(values -> values.map(of -> Perplexity.of((double) of.get(signal).get(0))))
        .toList();
  }

  private static long plan(Decoder decoder, TokenizedSample pieces) {
    return decoder.memoryPlanner().pass(1, pieces.tokens(), pieces.response().length).bytes();
  }

  private static SampleScorer scorer(Decoder decoder, int batchTokens) {
    return new SampleScorer(
        decoder, new ScoringConfig(PromptTemplate.GATEAU, 65_536, 16, batchTokens));
  }

  private static SampleScorer scorer(Decoder decoder, DeviceMemory memory) {
    return new SampleScorer(
        decoder,
        new ScoringConfig(PromptTemplate.GATEAU, 65_536, 16, ScoringConfig.AUTO_BATCH),
        memory);
  }

  private LoadedModel load(MemoryPolicy placement) {
    return LoadedModel.load(
        Checkpoint.open(directory), Dtype.FLOAT32, Device.cpu(), TileSizes.DEFAULT, placement);
  }
}
