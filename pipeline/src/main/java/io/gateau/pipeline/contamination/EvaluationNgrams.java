package io.gateau.pipeline.contamination;

import io.gateau.math.text.Words;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The runs of words of evaluation sets: a sorted array of their hashes, and of each the first file
 * that holds it. It takes 12 bytes per run. A run of words that is in no file is taken for one of n
 * with a chance of about n / 2^64.
 */
final class EvaluationNgrams implements Serializable {
  private static final long serialVersionUID = 1;

  private final int words;
  private final List<String> files;
  private long[] hashes = {};
  private int[] fileOf = {};

  /**
   * No runs yet.
   *
   * @param words of each run
   * @param files their names
   */
  EvaluationNgrams(int words, List<String> files) {
    this.words = words;
    this.files = List.copyOf(files);
  }

  /**
   * A match.
   *
   * @param words of it, as the text has them
   * @param file that has them too
   */
  record Match(String words, String file) {}

  /**
   * Adds the runs of a file; those of an earlier file stay with it.
   *
   * @param file its number
   * @param more hashes, sorted, each once
   */
  void add(int file, long[] more) {
    long[] all = new long[hashes.length + more.length];
    int[] allFiles = new int[all.length];
    int count = 0;
    int i = 0;
    int j = 0;
    while (i < hashes.length || j < more.length) {
      boolean old = j == more.length || (i < hashes.length && hashes[i] <= more[j]);
      if (old && j < more.length && hashes[i] == more[j]) {
        j++;
      }
      all[count] = old ? hashes[i] : more[j];
      allFiles[count++] = old ? fileOf[i++] : file;
      j += old ? 0 : 1;
    }
    hashes = Arrays.copyOf(all, count);
    fileOf = Arrays.copyOf(allFiles, count);
  }

  /** How many runs there are. */
  int size() {
    return hashes.length;
  }

  /** The first run of words of a text that is in a file. */
  Optional<Match> find(String text) {
    Words cut = Words.of(text);
    for (int i = 0; i + words <= cut.count(); i++) {
      int place = Arrays.binarySearch(hashes, cut.hash(i, words));
      if (place >= 0) {
        return Optional.of(new Match(cut.text(i, words), files.get(fileOf[place])));
      }
    }
    return Optional.empty();
  }
}
