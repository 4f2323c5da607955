package io.gateau.pipeline.redundancy;

import io.gateau.pipeline.read.record.RecordColumns;
import java.io.Serializable;
import java.util.List;

/**
 * When a sample is a near-duplicate of a better one.
 *
 * @param dedup the texts that must be similar
 * @param similarity how similar each must be at least, as the Jaccard similarity of their {@link
 *     io.gateau.math.text.Shingles}, in (0, 1]
 */
public record RedundancyConfig(Dedup dedup, double similarity) implements Serializable {
  /** The similarity from which texts are near-duplicates, where none is given. */
  public static final double DEFAULT_SIMILARITY = 0.8;

  /** Which texts of two samples are compared. */
  public enum Dedup {
    /** The contexts. */
    CONTEXT(RecordColumns.CONTEXT),
    /** The instructions. */
    INSTRUCTION(RecordColumns.INSTRUCTION),
    /** Contexts and instructions: both must be similar. */
    BOTH(RecordColumns.CONTEXT, RecordColumns.INSTRUCTION);

    private final List<String> columns;

    Dedup(String... columns) {
      this.columns = List.of(columns);
    }

    /** The columns of the texts, one or two. */
    List<String> columns() {
      return columns;
    }
  }

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if the similarity is outside
   */
  public RedundancyConfig {
    if (dedup == null) {
      throw new IllegalArgumentException("it is not said which texts are compared");
    }
    if (!(similarity > 0 && similarity <= 1)) {
      throw new IllegalArgumentException(
          "dedup-similarity %s is outside (0, 1]; use %s for the usual setting"
              .formatted(similarity, DEFAULT_SIMILARITY));
    }
  }
}
