package io.gateau.pipeline.evaluate;

/**
 * The field of the input that names the kind of each sample, and which kinds matter.
 *
 * @param column field of the original records that names each sample's kind
 * @param wanted the kind that a selection should find
 * @param noise the kind that no selection should keep
 */
public record Truth(String column, String wanted, String noise) {
  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if one is blank or {@code column} holds a quote
   */
  public Truth {
    if (column.isBlank() || column.contains("'") || wanted.isBlank() || noise.isBlank()) {
      throw new IllegalArgumentException(
          "truth '%s', wanted '%s', noise '%s'; each needs a name, without quotes"
              .formatted(column, wanted, noise));
    }
  }
}
