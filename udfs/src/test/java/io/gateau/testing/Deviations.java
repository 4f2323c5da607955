package io.gateau.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.TreeMap;

/** The largest relative deviation of each signal from what was expected. */
public final class Deviations {
  private final Map<String, Double> largest = new TreeMap<>();

  public void add(String signal, double expected, double actual) {
    // Not Math.max of a quotient alone: NaN must win.
    largest.merge(signal, Math.abs(actual - expected) / Math.abs(expected), Math::max);
  }

  public void add(String signal, double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length, signal);
    for (int i = 0; i < expected.length; i++) {
      add(signal, expected[i], actual[i]);
    }
  }

  public void assertBelow(double bound) {
    largest.forEach((signal, value) -> assertEquals(0, value, bound, signal));
  }

  /** One line per signal. */
  public String table() {
    StringBuilder table = new StringBuilder("largest relative deviation\n");
    largest.forEach((signal, value) -> table.append("%-20s %.1e%n".formatted(signal, value)));
    return table.toString();
  }
}
