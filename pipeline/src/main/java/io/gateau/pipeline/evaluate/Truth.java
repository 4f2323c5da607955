package io.gateau.pipeline.evaluate;

/**
 * Where the input says what its samples are.
 *
 * @param column field of the original records that names each sample's kind
 * @param wanted the kind that a selection should find
 * @param noise the kind that no selection should keep
 */
public record Truth(String column, String wanted, String noise) {
  public Truth {
    if (column.isBlank() || column.contains("'") || wanted.isBlank() || noise.isBlank()) {
      throw new IllegalArgumentException(
          "truth '%s', wanted '%s', noise '%s'; each needs a name, without quotes"
              .formatted(column, wanted, noise));
    }
  }
}
