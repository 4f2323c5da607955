package io.gateau.model.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What a normalizer does that matters where a letter has one of {@link CutCharacters#CANDIDATES}
 * right behind it. Unicode's NFC and NFKC change nothing across such a pair: none of the candidates
 * composes with what stands before it.
 *
 * @param known whether every step is known
 * @param replacesSpaces whether a space becomes {@link CutCharacters#SPACE_SIGN}
 * @param prepends whether it puts {@link CutCharacters#SPACE_SIGN} in front of every text
 * @param composes whether it is one of Unicode's
 */
record SpaceNormalizer(boolean known, boolean replacesSpaces, boolean prepends, boolean composes) {
  /** The pre-tokenizers that see the sign and treat it as they treat a space. */
  private static final List<String> OF_SIGNS = List.of("Metaspace", "Split");

  private static final SpaceNormalizer NONE = new SpaceNormalizer(true, false, false, false);
  private static final SpaceNormalizer UNKNOWN = new SpaceNormalizer(false, false, false, false);

  /** What a normalizer of a tokenizer.json does; null and missing ones do nothing. */
  static SpaceNormalizer of(JsonNode json) {
    SpaceNormalizer all = steps(json);
    // A sign in front stands for a space that is left out, so a space must become the same sign.
    return all.prepends && (!all.replacesSpaces || all.composes) ? UNKNOWN : all;
  }

  private static SpaceNormalizer steps(JsonNode json) {
    if (json.isMissingNode() || json.isNull()) {
      return NONE;
    }
    return switch (json.path("type").asText()) {
      case "NFC", "NFKC" -> new SpaceNormalizer(true, false, false, true);
      case "Prepend" ->
          CutCharacters.SPACE_SIGN.equals(json.path("prepend").asText())
              ? new SpaceNormalizer(true, false, true, false)
              : UNKNOWN;
      case "Replace" ->
          " ".equals(json.path("pattern").path("String").asText())
                  && CutCharacters.SPACE_SIGN.equals(json.path("content").asText())
              ? new SpaceNormalizer(true, true, false, false)
              : UNKNOWN;
      case "Sequence" -> sequence(json.path("normalizers"));
      default -> UNKNOWN;
    };
  }

  private static SpaceNormalizer sequence(JsonNode steps) {
    SpaceNormalizer all = NONE;
    for (JsonNode step : steps) {
      SpaceNormalizer next = steps(step);
      all =
          new SpaceNormalizer(
              all.known && next.known,
              all.replacesSpaces || next.replacesSpaces,
              all.prepends || next.prepends,
              all.composes || next.composes);
    }
    return all;
  }

  /** Whether a pre-tokenizer treats a space as it says, though it may see the sign instead. */
  boolean suits(JsonNode preTokenizer) {
    return !replacesSpaces
        || preTokenizer.isMissingNode()
        || preTokenizer.isNull()
        || (OF_SIGNS.contains(preTokenizer.path("type").asText())
            && !preTokenizer.path("pattern").has("Regex"));
  }
}
