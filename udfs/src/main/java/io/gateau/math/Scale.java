package io.gateau.math;

import java.io.Serializable;

/** Brings the values of a data set to a common scale; monotone, so that no order changes. */
public sealed interface Scale extends Serializable permits MinMax, ZScore {
  /** The value on the scale; NaN for NaN. */
  double of(double value);
}
