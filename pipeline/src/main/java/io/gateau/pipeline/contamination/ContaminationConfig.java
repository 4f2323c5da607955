package io.gateau.pipeline.contamination;

import io.gateau.pipeline.read.file.Secrets;
import io.gateau.pipeline.read.record.ReadConfig;
import java.io.Serializable;
import java.util.List;

/**
 * What samples must not share with evaluation sets.
 *
 * @param exclude files, folders or globs with evaluation sets: JSON and Parquet, every text of
 *     every record, and {@value #TEXT_EXTENSION}, one text a line; at least one
 * @param words how many words in a row make a sample contaminated, at least 1
 */
public record ContaminationConfig(List<String> exclude, int words) implements Serializable {
  /** Words in a row, where no number is given: as in GPT-3 (arXiv 2005.14165, appendix C). */
  public static final int DEFAULT_WORDS = 13;

  /** How the names of files end that hold one text a line. */
  static final String TEXT_EXTENSION = ".txt";

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public ContaminationConfig {
    exclude = List.copyOf(exclude);
    if (exclude.isEmpty()) {
      throw new IllegalArgumentException("exclude is empty; name at least one file");
    }
    for (String path : exclude) {
      if (path.isBlank() || ReadConfig.isTable(path)) {
        throw new IllegalArgumentException(
            "exclude '%s' is no file; name a file, folder or glob of JSON lines, JSON, Parquet or .txt"
                .formatted(path));
      }
      Secrets.requireNone(path);
    }
    if (words < 1) {
      throw new IllegalArgumentException(
          "exclude-words is %d; use %d for the usual setting".formatted(words, DEFAULT_WORDS));
    }
  }

  /** A config with the usual number of words. */
  public ContaminationConfig(List<String> exclude) {
    this(exclude, DEFAULT_WORDS);
  }

  /** The inputs with one text a line. */
  public List<String> lines() {
    return exclude.stream().filter(path -> path.endsWith(TEXT_EXTENSION)).toList();
  }

  /** The inputs that hold records. */
  public List<String> records() {
    return exclude.stream().filter(path -> !path.endsWith(TEXT_EXTENSION)).toList();
  }
}
