package io.gateau.model.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * How a pre-tokenizer treats a letter with one of {@link CutCharacters#CANDIDATES} right behind it.
 *
 * @param splits the characters before which it certainly splits
 * @param local the characters for which the pieces behind the letter depend on nothing before it;
 *     the piece that the pair stands in may begin anywhere
 * @param mapsBytes whether it writes bytes as other characters
 * @param replacesSpaces whether a space becomes {@link CutCharacters#SPACE_SIGN}
 */
record PreTokenizer(String splits, String local, boolean mapsBytes, boolean replacesSpaces) {
  private static final String ALL = CutCharacters.CANDIDATES;
  private static final String DIGITS = "0123456789";
  private static final String BLANKS = " \n";
  private static final String PUNCTUATION = ",.\u3002\uff0c";
  private static final PreTokenizer UNKNOWN = new PreTokenizer("", "", true, false);

  /** What a pre-tokenizer of a tokenizer.json does; null and missing ones do nothing. */
  static PreTokenizer of(JsonNode json) {
    if (json.isMissingNode() || json.isNull()) {
      return new PreTokenizer("", ALL, false, false);
    }
    return switch (json.path("type").asText()) {
      case "Sequence" -> sequence(json.path("pretokenizers"));
      case "ByteLevel" ->
          new PreTokenizer(
              json.path("use_regex").asBoolean(true) ? splits(WordPattern.GPT2) : "",
              // The text behind a cut gets no space in front only if it begins with one.
              json.path("add_prefix_space").asBoolean(true) ? " " : ALL,
              true,
              false);
      case "Split" -> split(json);
      case "Whitespace" -> new PreTokenizer(BLANKS + PUNCTUATION, ALL, false, false);
      case "WhitespaceSplit" -> new PreTokenizer(BLANKS, ALL, false, false);
      case "Digits" -> new PreTokenizer(DIGITS, ALL, false, false);
      case "Metaspace" -> metaspace(json);
      default -> UNKNOWN;
    };
  }

  private static PreTokenizer sequence(JsonNode steps) {
    PreTokenizer all = of(steps.path(-1));
    for (JsonNode step : steps) {
      PreTokenizer next = of(step);
      all =
          new PreTokenizer(
              all.splits + next.splits,
              CutCharacters.common(all.local, next.local),
              all.mapsBytes || next.mapsBytes,
              all.replacesSpaces || next.replacesSpaces);
    }
    return all;
  }

  private static PreTokenizer split(JsonNode json) {
    JsonNode pattern = json.path("pattern");
    if (" ".equals(pattern.path("String").asText())) {
      return new PreTokenizer("", ALL, false, false);
    }
    boolean invert = json.path("invert").asBoolean();
    boolean matchesArePieces =
        switch (json.path("behavior").asText()) {
          case "Isolated" -> true;
          case "Removed" -> invert;
          default -> false;
        };
    WordPattern words = WordPattern.of(pattern.path("Regex").asText());
    return matchesArePieces && words.known()
        ? new PreTokenizer(splits(words), ALL, false, false)
        : UNKNOWN;
  }

  private static String splits(WordPattern words) {
    return words.matchesLetters() ? ALL : "";
  }

  /** Puts its sign in front of a text unless the text begins with a space. */
  private static PreTokenizer metaspace(JsonNode json) {
    if (!CutCharacters.SPACE_SIGN.equals(json.path("replacement").asText())) {
      return UNKNOWN;
    }
    boolean prepends =
        json.has("prepend_scheme")
            ? !"never".equals(json.path("prepend_scheme").asText())
            : json.path("add_prefix_space").asBoolean(true);
    return new PreTokenizer(
        json.path("split").asBoolean(true) ? " " : "", prepends ? " " : ALL, false, true);
  }
}
