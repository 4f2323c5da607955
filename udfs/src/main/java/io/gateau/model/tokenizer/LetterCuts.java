package io.gateau.model.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where a text may be cut so that the tokens of its end are the last tokens of the whole text.
 *
 * <p>A cut stands between a letter and one of {@link CutCharacters#CANDIDATES}. It is safe if
 * nothing that the tokenizer does to the text behind it depends on what stands before it. The
 * steps, in their order:
 *
 * <ol>
 *   <li>Added tokens are looked for from the left to the right. A cut is not used if an added token
 *       could stand across it, end at it, or begin behind it under a condition on its neighbour.
 *   <li>The normalizer. Those that are known ({@link SpaceNormalizer}) change characters one by
 *       one, or compose them, and none of the candidates composes with a letter before it. If the
 *       normalizer puts a sign in front that stands for a space, the cut is made at a space, and
 *       the space is left out: the sign takes its place.
 *   <li>The pre-tokenizer. Those that are known ({@link PreTokenizer}) make the same pieces behind
 *       the cut whatever stands before it.
 *   <li>The model reads each piece on its own. If the pre-tokenizer splits at the cut, no piece
 *       holds both sides, and nothing is left to show. If it does not, the model must be BPE, and
 *       no token of its vocabulary may hold the two characters of the cut next to each other. BPE
 *       begins with single characters and joins neighbours, never divides again, and every result
 *       is in the vocabulary: so no join reaches across the cut. The joins on one side are then
 *       made in the order of their ranks among themselves, as if the other side were not there.
 * </ol>
 *
 * <p>Where any of this is not certain, there is no cut, and the whole text is read. To compare the
 * tokens of two different beginnings would not do: the tokens of a long run of equal characters
 * depend on where the run begins, however far away, and two beginnings may agree by chance.
 */
public final class LetterCuts {
  private final String candidates;
  private final boolean dropsSpace;
  private final Set<Character> lastOfAdded = new HashSet<>();
  private final Set<Character> firstOfAdded = new HashSet<>();
  private final Set<Character> firstOfSingleWords = new HashSet<>();
  private final Set<Integer> pairsOfAdded = new HashSet<>();

  /** The letters that a piece of text may be cut behind although it stays one piece. */
  private final PieceCuts pieceCuts;

  /** The characters for which {@link #pieceCuts} decides. */
  private final String withinPieces;

  private LetterCuts(JsonNode tokenizer) {
    SpaceNormalizer normalizer = SpaceNormalizer.of(tokenizer.path("normalizer"));
    JsonNode steps = tokenizer.path("pre_tokenizer");
    PreTokenizer preTokenizer = PreTokenizer.of(steps);
    String local =
        normalizer.known() && normalizer.suits(steps) && readsPiecesAlone(tokenizer.path("model"))
            ? CutCharacters.common(
                preTokenizer.local(), normalizer.prepends() ? " " : CutCharacters.CANDIDATES)
            : "";
    dropsSpace = normalizer.prepends();
    candidates = local;
    withinPieces = CutCharacters.without(local, preTokenizer.splits());
    pieceCuts = PieceCuts.of(tokenizer.path("model"), withinPieces, normalizer, preTokenizer);
    for (AddedToken token : AddedToken.of(tokenizer)) {
      add(token, token.content());
      add(token, Normalizer.normalize(token.content(), Form.NFKC));
    }
  }

  /** The cuts that suit a tokenizer.json. */
  static LetterCuts of(JsonNode tokenizer) {
    return new LetterCuts(tokenizer);
  }

  private static boolean readsPiecesAlone(JsonNode model) {
    return List.of("BPE", "WordLevel", "WordPiece", "Unigram").contains(model.path("type").asText())
        && model.path("dropout").asDouble() == 0;
  }

  private void add(AddedToken token, String content) {
    if (content.isEmpty()) {
      return;
    }
    firstOfAdded.add(content.charAt(0));
    lastOfAdded.add(content.charAt(content.length() - 1));
    if (token.singleWord()) {
      firstOfSingleWords.add(content.charAt(0));
    }
    for (int i = 1; i < content.length(); i++) {
      pairsOfAdded.add(CutCharacters.pair(content.charAt(i - 1), content.charAt(i)));
    }
  }

  /**
   * Where the end of a text begins that has the last tokens of the whole text.
   *
   * @param atMost the text from here on is part of it
   * @return 0 if there is no such place before {@code atMost}
   */
  public int start(String text, int atMost) {
    for (int at = Math.min(atMost, text.length() - 1); at > 0; at--) {
      if (isSafe(text, at)) {
        return dropsSpace ? at + 1 : at;
      }
    }
    return 0;
  }

  private boolean isSafe(String text, int at) {
    char before = text.charAt(at - 1);
    char behind = text.charAt(at);
    if (candidates.indexOf(behind) < 0
        || !CutCharacters.isLetter(before)
        || lastOfAdded.contains(before)
        || pairsOfAdded.contains(CutCharacters.pair(before, behind))
        || firstOfSingleWords.contains(behind)) {
      return false;
    }
    if (dropsSpace) {
      // The next character must be there for the sign to stand before it, and no added token.
      if (at + 1 == text.length() || firstOfAdded.contains(behind)) {
        return false;
      }
      char next = text.charAt(at + 1);
      if (!CutCharacters.isLetter(next) || firstOfAdded.contains(next)) {
        return false;
      }
    }
    return withinPieces.indexOf(behind) < 0 || pieceCuts.isSafe(before, behind);
  }
}
