package io.gateau.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.TreeMap;

/** The largest relative deviation of each signal from its expected values. */
public final class Deviations {
  private final Map<String, Double> largest = new TreeMap<>();

  /** Adds one value; NaN counts as the largest deviation. */
  public void add(String signal, double expected, double actual) {
    largest.merge(signal, Math.abs(actual - expected) / Math.abs(expected), Math::max);
  }

  /** Adds several values. */
  public void add(String signal, double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length, signal);
    for (int i = 0; i < expected.length; i++) {
      add(signal, expected[i], actual[i]);
    }
  }

  /** Asserts that no signal deviates by more than {@code bound}. */
  public void assertBelow(double bound) {
    largest.forEach((signal, value) -> assertEquals(0, value, bound, signal));
  }

  /** A table for people, one line per signal. */
  public String table() {
    StringBuilder table = new StringBuilder("largest relative deviation\n");
    largest.forEach((signal, value) -> table.append("%-20s %.1e%n".formatted(signal, value)));
    return table.toString();
  }
}
