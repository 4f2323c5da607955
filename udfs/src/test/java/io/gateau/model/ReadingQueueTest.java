package io.gateau.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import io.gateau.model.SampleScorer.LongSignals;
import io.gateau.model.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches that keep to a device's memory, and what becomes of samples that it does not hold. */
class ReadingQueueTest {
  @TempDir Path directory;

  @Test
  void littleMemoryMakesSmallBatchesAndTheSameNumbers() throws Exception {
    TinyCheckpoint.tied().write(directory);
    List<TokenPieces> samples = StreamedLayersTest.samples(4);
    try (LoadedModel model = load(Placement.DEFAULT)) {
      Decoder decoder = model.decoder(10_000);
      List<Optional<LongSignals>> expected =
          scorer(DeviceMemory.UNLIMITED).longSignals(decoder, samples);
      long longest =
          samples.stream().mapToLong(pieces -> plan(decoder, pieces)).max().orElseThrow();
      List<Optional<LongSignals>> actual =
          scorer(new DeviceMemory(longest)).longSignals(decoder, samples);
      for (int i = 0; i < samples.size(); i++) {
        LongSignals one = expected.get(i).orElseThrow();
        LongSignals other = actual.get(i).orElseThrow();
        assertEquals(one.perplexity(), other.perplexity(), 1e-5 * one.perplexity());
        assertArrayEquals(one.segmentPerplexity(), other.segmentPerplexity(), 1e-2);
        assertArrayEquals(one.segmentAttention(), other.segmentAttention(), 1e-6);
      }
    }
  }

  @Test
  void aSampleThatMemoryDoesNotHoldIsLeftOutAndTheOthersAreScored() throws Exception {
    TinyCheckpoint.tied().write(directory);
    Random random = new Random(8);
    TokenPieces giant =
        new TokenPieces(
            new int[1], random.ints(9_000, 0, 258).toArray(), new int[4], new int[5], false);
    List<TokenPieces> samples = StreamedLayersTest.samples(2);
    for (Placement placement : List.of(Placement.DEFAULT, new Placement(0, 100_000))) {
      try (LoadedModel model = load(placement)) {
        Decoder decoder = model.decoder(10_000);
        long enough = plan(decoder, giant) - 1;
        SampleScorer scorer = scorer(new DeviceMemory(enough));
        List<Optional<LongSignals>> signals =
            scorer.longSignals(decoder, List.of(samples.get(0), giant, samples.get(1)));
        assertEquals(
            List.of(true, false, true), signals.stream().map(Optional::isPresent).toList());
        assertEquals(
            "the device's memory does not hold a sample of 9010 tokens; use --dtype bfloat16, fewer"
                + " --max-tokens or a larger device",
            assertThrows(DeviceMemoryException.class, () -> scorer.longSignals(decoder, giant))
                .getMessage());
        assertEquals(
            1,
            scorer(new DeviceMemory(enough + 1)).perplexities(decoder, List.of(giant)).stream()
                .filter(Optional::isPresent)
                .count(),
            "one byte more holds it");
      }
    }
  }

  private static long plan(Decoder decoder, TokenPieces pieces) {
    return decoder.planner().pass(1, pieces.total(), pieces.response().length).bytes();
  }

  private static SampleScorer scorer(DeviceMemory memory) {
    return new SampleScorer(
        new ScoringSettings(PromptTemplate.GATEAU, 65_536, 16, ScoringSettings.AUTO_BATCH), memory);
  }

  private LoadedModel load(Placement placement) {
    return LoadedModel.load(
        Checkpoint.open(directory),
        NumberType.FLOAT32,
        Device.cpu(),
        BlockSizes.DEFAULT,
        placement);
  }
}
