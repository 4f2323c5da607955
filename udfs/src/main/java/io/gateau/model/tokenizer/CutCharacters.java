package io.gateau.model.tokenizer;

/**
 * The characters that {@link LetterCuts} are about: a letter, and what may stand right behind it.
 */
final class CutCharacters {
  /** The characters before which a text is cut. */
  static final String CANDIDATES = " \n,.\u3002\uff0c0123456789";

  /** What many tokenizers write for a space. */
  static final String SPACE_SIGN = "\u2581";

  private CutCharacters() {}

  /** Letters of every Unicode version in use that no normalisation changes. */
  static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '\u00c0' && c <= '\u024f' && c != '\u00d7' && c != '\u00f7')
        || (c >= '\u0410' && c <= '\u044f')
        || (c >= '\u3041' && c <= '\u3096')
        || (c >= '\u30a1' && c <= '\u30fa')
        || (c >= '\u4e00' && c <= '\u9fa5')
        || (c >= '\uac00' && c <= '\ud7a3');
  }

  /** Two neighbours as one number. */
  static int pair(char first, char second) {
    return first << 16 | second;
  }

  /** The characters that both have. */
  static String common(String one, String other) {
    return without(one, without(one, other));
  }

  /** The characters that only the first has. */
  static String without(String characters, String others) {
    StringBuilder rest = new StringBuilder();
    characters.chars().filter(c -> others.indexOf(c) < 0).forEach(c -> rest.append((char) c));
    return rest.toString();
  }
}
