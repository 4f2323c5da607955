package io.gateau.score;

import java.util.Arrays;

/**
 * A column of a signal's stored values.
 *
 * @param name snake_case; unique among the signals of one model
 * @param type of its values
 */
public record SignalColumn(String name, Type type) {
  /** What a column holds. */
  public enum Type {
    /** One number: {@link Double}. */
    DOUBLE,
    /** Numbers of double precision: {@code double[]}. */
    DOUBLES,
    /**
     * Numbers of single precision, many: one per token, or a vector of a model: {@code float[]}.
     */
    FLOATS
  }

  /** Whether a value of this column holds finite numbers only. */
  public boolean isFinite(Object value) {
    return switch (type) {
      case DOUBLE -> Double.isFinite((Double) value);
      case DOUBLES -> Arrays.stream((double[]) value).allMatch(Double::isFinite);
      case FLOATS -> allFinite((float[]) value);
    };
  }

  private static boolean allFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
