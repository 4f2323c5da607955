package io.gateau.model.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/** Between which characters of one piece BPE certainly joins nothing: {@link LetterCuts}. */
final class PieceCuts {
  /** Characters that are tokens on their own; no other character has a token of its own. */
  private final Set<Character> single = new HashSet<>();

  /** Pairs that stand next to each other in a token. */
  private final Set<Integer> joined = new HashSet<>();

  private final boolean replacesSpaces;

  private PieceCuts(boolean replacesSpaces) {
    this.replacesSpaces = replacesSpaces;
  }

  /**
   * The cuts of a model, none if it is not BPE over the characters of the text.
   *
   * @param candidates the characters before which it may be cut
   */
  static PieceCuts of(
      JsonNode model, String candidates, SpaceNormalizer normalizer, PreTokenizer preTokenizer) {
    PieceCuts cuts = new PieceCuts(normalizer.replacesSpaces() || preTokenizer.replacesSpaces());
    boolean plain =
        "BPE".equals(model.path("type").asText())
            && model.path("continuing_subword_prefix").asText("").isEmpty()
            && model.path("end_of_word_suffix").asText("").isEmpty()
            && !model.path("ignore_merges").asBoolean()
            && !normalizer.composes();
    if (candidates.isEmpty() || !plain || preTokenizer.mapsBytes()) {
      return cuts;
    }
    Iterator<String> tokens = model.path("vocab").fieldNames();
    while (tokens.hasNext()) {
      String token = tokens.next();
      if (token.length() == 1) {
        cuts.single.add(token.charAt(0));
      }
      for (int i = 1; i < token.length(); i++) {
        cuts.joined.add(CutCharacters.pair(token.charAt(i - 1), token.charAt(i)));
      }
    }
    return cuts;
  }

  /** Whether no token reaches from a letter into one of the candidates right behind it. */
  boolean isSafe(char letter, char candidate) {
    char behind = behind(candidate);
    return single.contains(letter)
        && single.contains(behind)
        && !joined.contains(CutCharacters.pair(letter, behind));
  }

  /** The candidate as the model sees it. */
  private char behind(char candidate) {
    return candidate == ' ' && replacesSpaces ? CutCharacters.SPACE_SIGN.charAt(0) : candidate;
  }
}
