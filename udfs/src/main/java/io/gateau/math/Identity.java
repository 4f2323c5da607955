package io.gateau.math;

/** A value as it is: what the published ranking script of GATEAU does with CAS. */
public record Identity() implements Scale {
  /** The value, whatever the data set. */
  @Override
  public double of(double value) {
    return value;
  }
}
