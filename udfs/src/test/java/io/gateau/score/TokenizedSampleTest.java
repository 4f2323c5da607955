package io.gateau.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.model.checkpoint.Tokenizer;
import io.gateau.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pieces of a sample, and what is said of it before any model reads it. */
class TokenizedSampleTest {
  /**
   * Start 1, prefix 1, context 5, instruction 3, response 2: twelve tokens, seven beside the
   * context.
   */
  private static final TokenizedSample PIECES =
      new TokenizedSample(
          new int[] {1},
          new int[] {2},
          new int[] {10, 11, 12, 13, 14},
          new int[] {20, 21, 22},
          new int[] {30, 31},
          false);

  @TempDir Path directory;

  @Test
  void eachPieceIsEncodedOnItsOwnBehindTheStart() throws Exception {
    Path with = TinyCheckpoint.tied().write(directory.resolve("with"));
    Path without = TinyCheckpoint.separate().write(directory.resolve("without"));
    try (Tokenizer starting = Tokenizer.open(with);
        Tokenizer silent = Tokenizer.open(without)) {
      TokenizedSample pieces =
          TokenizedSample.of(starting, PromptTemplate.GATEAU, "A b.", "What?", "B");

      int[] prefix = TinyCheckpoint.tokens("### Input: ");
      assertArrayEquals(new int[] {TinyCheckpoint.BOS_ID}, pieces.start());
      assertArrayEquals(prefix, pieces.prefix());
      assertEquals(1 + prefix.length, pieces.contextStart());
      assertArrayEquals(TinyCheckpoint.tokens("A b."), pieces.context());
      assertArrayEquals(
          TinyCheckpoint.tokens("\n\n ### Instruction: What?\n\n ### Response: "),
          pieces.instruction());
      assertArrayEquals(TinyCheckpoint.tokens("B"), pieces.response());
      assertFalse(pieces.truncated());

      TokenizedSample unstarted =
          TokenizedSample.of(silent, PromptTemplate.GATEAU, "A b.", "What?", "B");
      assertArrayEquals(new int[0], unstarted.start());
      assertArrayEquals(prefix, unstarted.prefix());
      assertEquals(prefix.length, unstarted.contextStart());
    }
  }

  @Test
  void theSequenceIsAllPiecesInOrder() {
    assertEquals(12, PIECES.tokens());
    assertArrayEquals(new int[] {1, 2, 10, 11, 12, 13, 14, 20, 21, 22, 30, 31}, PIECES.sequence());
    assertArrayEquals(new int[] {1, 2, 12, 13, 20, 21, 22, 30, 31}, PIECES.sequence(2, 4));
  }

  @Test
  void tokensAreDroppedFromTheLeftOfTheContextOnly() {
    assertSame(PIECES, PIECES.truncatedTo(12));
    assertSame(PIECES, PIECES.truncatedTo(13));
    TokenizedSample fitted = PIECES.truncatedTo(9);
    assertArrayEquals(new int[] {1, 2, 13, 14, 20, 21, 22, 30, 31}, fitted.sequence());
    assertTrue(fitted.truncated());
    assertFalse(PIECES.truncated());
    assertArrayEquals(new int[] {14}, PIECES.truncatedTo(8).context());
    assertArrayEquals(new int[0], PIECES.truncatedTo(7).context());
  }

  @Test
  void whatDoesNotFitWithoutContextIsAnError() {
    var thrown = assertThrows(IllegalArgumentException.class, () -> PIECES.truncatedTo(6));

    assertEquals("7 tokens beside the context do not fit into 6", thrown.getMessage());
  }

  @Test
  void fittingMeansRoomForOneContextTokenAtLeast() {
    assertTrue(PIECES.fits(12));
    assertTrue(PIECES.fits(8));
    assertFalse(PIECES.fits(7));
    assertFalse(PIECES.fits(1));
  }

  /*
   * 7 tokens beside the context; segments of 4.
   * context  max-tokens  context left  status     of segment signals
   * 5        12          5             ok         ok          one segment and one token more, exactly at max-tokens
   * 5        11          4             ok         too-short   one segment left
   * 4        100         4             ok         too-short   exactly one segment
   * 5        100         5             ok         ok
   * 0        100         0             ok         too-short
   * 90       12          5             ok         ok
   * 90       11          4             ok         too-short
   * 90       8           1             ok         too-short
   * 90       7           0             too-long   -
   * 90       1           -             too-long   -
   */
  @ParameterizedTest
  @CsvSource({
    "5, 12, ok, ok",
    "5, 11, ok, too-short",
    "4, 100, ok, too-short",
    "5, 100, ok, ok",
    "0, 100, ok, too-short",
    "90, 12, ok, ok",
    "90, 11, ok, too-short",
    "90, 8, ok, too-short",
    "90, 7, too-long, -",
    "90, 1, too-long, -"
  })
  void theStatusIsKnownBeforeAnyModelScores(
      int context, int maxTokens, String status, String ofSegments) {
    TokenizedSample pieces =
        new TokenizedSample(
            PIECES.start(),
            PIECES.prefix(),
            IntStream.range(0, context).toArray(),
            PIECES.instruction(),
            PIECES.response(),
            false);
    ScoringConfig settings = new ScoringConfig(PromptTemplate.GATEAU, maxTokens, 4, 100);

    assertEquals(status, SampleStatus.before(pieces, settings, Integer.MAX_VALUE).code());
    if (!ofSegments.equals("-")) {
      TokenizedSample read = pieces.truncatedTo(maxTokens);
      assertEquals(ofSegments, new SegmentLoss().before(read, settings).code());
      assertEquals(ofSegments, new SegmentAttention().before(read, settings).code());
    }
  }

  @Test
  void aResponseWithoutTokensComesBeforeAllOtherTroubles() {
    TokenizedSample pieces =
        new TokenizedSample(
            PIECES.start(),
            PIECES.prefix(),
            PIECES.context(),
            PIECES.instruction(),
            new int[0],
            false);
    ScoringConfig settings = new ScoringConfig(PromptTemplate.GATEAU, 1, 4, 100);

    assertEquals(
        SampleStatus.EMPTY_RESPONSE, SampleStatus.before(pieces, settings, Integer.MAX_VALUE));
    assertEquals("empty-response", SampleStatus.EMPTY_RESPONSE.code());
    assertEquals("non-finite", SampleStatus.NON_FINITE.code());
  }
}
