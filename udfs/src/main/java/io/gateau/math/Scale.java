package io.gateau.math;

import java.io.Serializable;

/**
 * Normalises the values of a data set: N in the paper. Monotone, so it changes no order. A scale is
 * fitted on one data set and may be applied to the rows of another; each says what it does with
 * values outside the fitted range.
 */
public sealed interface Scale extends Serializable
    permits Identity, MinMax, RankScale, Softmax, ZScore {
  /** The normalised value; NaN for NaN. */
  double of(double value);
}
