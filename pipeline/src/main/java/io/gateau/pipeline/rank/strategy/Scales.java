package io.gateau.pipeline.rank.strategy;

import io.gateau.math.Scale;
import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a strategy fitted on a data set.
 *
 * @param byTerm the scale of each normalised term, by the term's name, in the order of the terms;
 *     empty if there was no row to fit on, or if the strategy needs none
 */
public record Scales(Map<String, Scale> byTerm) implements Serializable {
  /** No scale. */
  public static final Scales NONE = new Scales(Map.of());

  /** Copies the scales. */
  public Scales {
    byTerm = Collections.unmodifiableMap(new LinkedHashMap<>(byTerm));
  }

  /**
   * The scale of a term.
   *
   * @throws IllegalStateException if it was not fitted
   */
  public Scale of(String term) {
    Scale scale = byTerm.get(term);
    if (scale == null) {
      throw new IllegalStateException(
          "%s has no scale: the data set that was fitted had no sample to rank; fit on samples whose status is ok"
              .formatted(term));
    }
    return scale;
  }
}
