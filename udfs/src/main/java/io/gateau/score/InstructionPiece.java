package io.gateau.score;

import io.gateau.model.checkpoint.Tokenizer;
import io.gateau.model.tokenizer.SpecialTokens;
import io.gateau.model.tokenizer.SpecialWords;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Encodes the instruction with the template around it. The special tokens of the template always
 * act; those of the instruction only if they are meant to.
 */
final class InstructionPiece {
  private InstructionPiece() {}

  /**
   * The last {@code limit} tokens of the piece, or all if there are fewer. It is one string for the
   * tokenizer, unless an instruction that is read as text holds a special token: then what stands
   * before the last special token of the template's first part, and what stands behind the first
   * one of its second part, are strings of their own.
   */
  static int[] encode(
      Tokenizer tokenizer,
      PromptTemplate template,
      SpecialTokens special,
      String instruction,
      int limit) {
    String piece = template.aroundInstruction(instruction);
    SpecialWords words = tokenizer.specialWords();
    int from = words.endOfLast(template.beforeInstruction());
    int to =
        piece.length()
            - template.beforeResponse().length()
            + words.first(template.beforeResponse());
    String text = piece.substring(from, to);
    if (special == SpecialTokens.CONTROL || !words.mayStandIn(text)) {
      return tokenizer.encodeTail(piece, limit, SpecialTokens.CONTROL).tokens();
    }
    return Stream.of(
            tokenizer.encode(piece.substring(0, from), SpecialTokens.CONTROL),
            tokenizer.encodeTail(text, limit, SpecialTokens.TEXT).tokens(),
            tokenizer.encode(piece.substring(to), SpecialTokens.CONTROL))
        .flatMapToInt(Arrays::stream)
        .toArray();
  }
}
