package io.gateau.math;

import java.io.Serializable;

/** Normalises the values of a data set: N in the paper. Monotone, so it changes no order. */
public sealed interface Scale extends Serializable permits MinMax, ZScore {
  /** The normalised value; NaN for NaN. */
  double of(double value);
}
