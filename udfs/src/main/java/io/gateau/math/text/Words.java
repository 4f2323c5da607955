package io.gateau.math.text;

import io.gateau.math.XxHash64;
import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * The words of a text, in order. A word is a run of letters, digits and combining marks in
 * Unicode's form NFKC and in lower case; everything else only separates words. Of scripts that are
 * written without spaces (Chinese characters, kana, Thai, Lao, Khmer, Burmese) every letter is a
 * word, so that n words of Chinese are n characters.
 */
public final class Words {
  private static final Set<UnicodeScript> WITHOUT_SPACES =
      EnumSet.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.THAI,
          UnicodeScript.LAO,
          UnicodeScript.KHMER,
          UnicodeScript.MYANMAR);

  /** No script below this code point is written without spaces. */
  private static final int FIRST_WITHOUT_SPACES = 0x0E00;

  private final String text;
  private long[] hashes = new long[64];
  private int[] starts = new int[64];
  private int[] ends = new int[64];
  private int count;

  private Words(String text) {
    this.text = text;
  }

  /** The words of this text. */
  public static Words of(String text) {
    Words words = new Words(Normalizer.normalize(text, Normalizer.Form.NFKC));
    words.cut();
    return words;
  }

  private void cut() {
    int start = -1;
    int i = 0;
    while (i < text.length()) {
      int codePoint = text.codePointAt(i);
      boolean mark = isMark(codePoint);
      boolean inside = mark || Character.isLetterOrDigit(codePoint);
      boolean alone = inside && !mark && isAlone(codePoint);
      if (start >= 0 && (!inside || alone || (!mark && isAlone(text.codePointAt(start))))) {
        add(start, i);
        start = -1;
      }
      if (inside && start < 0) {
        start = i;
      }
      i += Character.charCount(codePoint);
    }
    if (start >= 0) {
      add(start, text.length());
    }
  }

  /** Whether a character is a combining mark, which belongs to the letter before it. */
  public static boolean isMark(int codePoint) {
    int type = Character.getType(codePoint);
    return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
  }

  /** Whether a letter is of a script that is written without spaces, and so a word of its own. */
  public static boolean isAlone(int codePoint) {
    return codePoint >= FIRST_WITHOUT_SPACES
        && Character.isLetter(codePoint)
        && WITHOUT_SPACES.contains(UnicodeScript.of(codePoint));
  }

  private void add(int start, int end) {
    if (count == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * count);
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    hashes[count] = XxHash64.of(text.substring(start, end).toLowerCase(Locale.ROOT), 0);
    starts[count] = start;
    ends[count] = end;
    count++;
  }

  /** How many words there are. */
  public int count() {
    return count;
  }

  /**
   * The hash of {@code length} words from the word {@code first} on, which is counted from 0. Two
   * different runs of words have one hash with a chance of about 2^-64.
   */
  public long hash(int first, int length) {
    long hash = length;
    for (int i = first; i < first + length; i++) {
      hash = Mix.of(hash * Mix.ODD + hashes[i]);
    }
    return hash;
  }

  /**
   * The text in form NFKC from the word {@code first} on, {@code length} words with what separates
   * them.
   */
  public String text(int first, int length) {
    return text.substring(starts[first], ends[first + length - 1]);
  }
}
