package io.gateau.pipeline.read.file;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The names that someone who mistyped one may have meant. */
public final class NearNames {

  private static final int SHOWN = 3;

  private NearNames() {}

  /** At most three names within a third of the wanted name's length in edits, nearest first. */
  static List<String> of(String wanted, Collection<String> names) {
    String lower = wanted.toLowerCase(Locale.ROOT);
    int most = Math.max(2, wanted.length() / 3);
    return names.stream()
        .filter(name -> edits(lower, name.toLowerCase(Locale.ROOT)) <= most)
        .sorted(
            Comparator.<String>comparingInt(name -> edits(lower, name.toLowerCase(Locale.ROOT)))
                .thenComparing(Comparator.naturalOrder()))
        .limit(SHOWN)
        .toList();
  }

  /** The Levenshtein distance: how many characters are added, removed or replaced. */
  public static int edits(String a, String b) {
    return LevenshteinDistance.getDefaultInstance().apply(a, b);
  }
}
