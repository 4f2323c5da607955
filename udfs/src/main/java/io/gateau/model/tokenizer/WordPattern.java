package io.gateau.model.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A regular expression by which a pre-tokenizer splits, as a list of alternatives. Only
 * alternatives are known of which it is certain that none matches a letter together with one of
 * {@link CutCharacters#CANDIDATES} right behind it, and that none looks back. So of a text that has
 * such a pair, the matches behind the letter are the same whatever stands before it.
 *
 * @param known whether every alternative is known
 * @param matchesLetters whether one of them matches every run of letters
 */
record WordPattern(boolean known, boolean matchesLetters) {
  /** Those of GPT-2, cl100k, Llama 3, Qwen, o200k and Tekken that match letters. */
  private static final Set<String> OF_LETTERS =
      Set.of(
          " ?\\p{L}+",
          "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+",
          "[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+",
          "[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++");

  private static final Set<String> OTHERS =
      Set.of(
          "'s",
          "'t",
          "'re",
          "'ve",
          "'m",
          "'ll",
          "'d",
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)",
          "'(?i:[sdmt]|ll|ve|re)",
          "'(?:[sdmt]|ll|ve|re)",
          " ?\\p{N}+",
          "\\p{N}",
          "\\p{N}+",
          "\\p{N}{1,3}",
          "\\p{N}{1,3}+",
          " ?[^\\s\\p{L}\\p{N}]+",
          " ?[^\\s\\p{L}\\p{N}]++",
          " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*",
          " ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*",
          " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*",
          "\\s*[\\r\\n]+",
          "\\s*[\\r\\n]",
          "\\s+(?!\\S)",
          "\\s+");

  /** Two alternatives of o200k and Tekken; each letter is in one of their classes. */
  private static final String UPPER =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+";

  private static final String LOWER =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*";

  private static final String CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?";

  /** The pattern of ByteLevel with {@code use_regex}. */
  static final WordPattern GPT2 = new WordPattern(true, true);

  static WordPattern of(String regex) {
    boolean known = true;
    boolean letters = false;
    boolean upper = false;
    boolean lower = false;
    for (String alternative : alternatives(regex)) {
      boolean isOfLetters = OF_LETTERS.contains(alternative);
      boolean isUpper = alternative.equals(UPPER) || alternative.equals(UPPER + CONTRACTION);
      boolean isLower = alternative.equals(LOWER) || alternative.equals(LOWER + CONTRACTION);
      letters |= isOfLetters;
      upper |= isUpper;
      lower |= isLower;
      known &= isOfLetters || isUpper || isLower || OTHERS.contains(alternative);
    }
    return new WordPattern(known, letters || (upper && lower));
  }

  /** Splits at each {@code |} outside of brackets. */
  private static List<String> alternatives(String regex) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < regex.length(); i++) {
      switch (regex.charAt(i)) {
        case '\\' -> i++;
        case '(', '[' -> depth++;
        case ')', ']' -> depth--;
        case '|' -> {
          if (depth == 0) {
            parts.add(regex.substring(from, i));
            from = i + 1;
          }
        }
        default -> {}
      }
    }
    parts.add(regex.substring(from));
    return parts;
  }
}
