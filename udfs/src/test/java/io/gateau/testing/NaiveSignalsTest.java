package io.gateau.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NaiveSignalsTest {

  private static final int BOS = TinyCheckpoint.BOS_ID;
  private static final int[] PREFIX = TinyCheckpoint.tokens("in: ");
  private static final int[] CONTEXT = TinyCheckpoint.tokens("0123456789");
  private static final int[] MIDDLE = TinyCheckpoint.tokens(" out: ");
  private static final int[] RESPONSE = TinyCheckpoint.tokens("ok!");

  @TempDir Path directory;
  private NaiveDecoder decoder;

  @BeforeEach
  void load() throws Exception {
    decoder = new NaiveDecoder(TinyCheckpoint.tied().write(directory));
  }

  @Test
  void aSegmentIsScoredAsIfItWereTheWholeContext() {
    double[] segments = signals(BOS, CONTEXT, 4).segmentPerplexity(decoder);

    double[] alone = {
      signals(BOS, TinyCheckpoint.tokens("0123"), 4).perplexity(decoder),
      signals(BOS, TinyCheckpoint.tokens("4567"), 4).perplexity(decoder),
      signals(BOS, TinyCheckpoint.tokens("89"), 4).perplexity(decoder)
    };
    assertArrayEquals(alone, segments, 0);
  }

  @Test
  void segmentAttentionIsTheMeanOverItsOwnTokens() {
    double[] segments = signals(BOS, CONTEXT, 4).segmentAttention(decoder);

    // bos, 4 of prefix, 10 of context, 6 of middle, 3 of response
    int[] sequence = concat(new int[] {BOS}, PREFIX, CONTEXT, MIDDLE, RESPONSE);
    double[] received = decoder.run(sequence, 21).attention();
    double[] means = {
      (received[5] + received[6] + received[7] + received[8]) / 4,
      (received[9] + received[10] + received[11] + received[12]) / 4,
      (received[13] + received[14]) / 2
    };
    assertArrayEquals(means, segments, 1e-17);
  }

  @Test
  void withoutBosTheSequenceStartsWithThePrefix() {
    double expected = decoder.run(concat(PREFIX, CONTEXT, MIDDLE, RESPONSE), 20).perplexity();

    assertEquals(expected, signals(NaiveSignals.NO_BOS, CONTEXT, 4).perplexity(decoder), 0);
  }

  @Test
  void allNumbersComeFromTheModelTheyBelongTo() throws Exception {
    NaiveDecoder other = new NaiveDecoder(directory, 40_000);
    NaiveSignals signals = signals(BOS, CONTEXT, 4);

    NaiveSignals.Numbers numbers = signals.numbers(decoder, other);

    assertEquals(signals.perplexity(decoder), numbers.shortPpl(), 0);
    assertEquals(signals.perplexity(other), numbers.longPpl(), 0);
    assertArrayEquals(signals.segmentPerplexity(other), numbers.segmentPpl(), 0);
    assertArrayEquals(signals.segmentAttention(other), numbers.segmentAttention(), 0);
  }

  @Test
  void segmentsWithoutTokensAreRefused() {
    var thrown = assertThrows(IllegalArgumentException.class, () -> signals(BOS, CONTEXT, 0));

    assertEquals("segment tokens 0 is below 1", thrown.getMessage());
  }

  private static NaiveSignals signals(int bos, int[] context, int segmentTokens) {
    return new NaiveSignals(bos, PREFIX, context, MIDDLE, RESPONSE, segmentTokens);
  }

  private static int[] concat(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }
}
