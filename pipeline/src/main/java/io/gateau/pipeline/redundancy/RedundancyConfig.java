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
    CONTEXT,
    /** The instructions. */
    INSTRUCTION,
    /** Contexts and instructions: both must be similar. */
    BOTH;

    /** The columns of the texts, one or two. */
    List<String> columns() {
      return switch (this) {
        case CONTEXT -> List.of(RecordColumns.CONTEXT);
        case INSTRUCTION -> List.of(RecordColumns.INSTRUCTION);
        case BOTH -> List.of(RecordColumns.CONTEXT, RecordColumns.INSTRUCTION);
      };
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
