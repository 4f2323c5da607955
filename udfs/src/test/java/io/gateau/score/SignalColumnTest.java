package io.gateau.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignalColumnTest {
  private static final SignalColumn DOUBLE = new SignalColumn("a", SignalColumn.Type.DOUBLE);
  private static final SignalColumn DOUBLES = new SignalColumn("b", SignalColumn.Type.DOUBLES);
  private static final SignalColumn FLOATS = new SignalColumn("c", SignalColumn.Type.FLOATS);

  @ParameterizedTest
  @CsvSource({
    "0, true",
    "-0.0, true",
    "1e-310, true",
    "1e38, true",
    "-1e38, true",
    "NaN, false",
    "Infinity, false",
    "-Infinity, false"
  })
  void oneNumberThatIsNotFiniteIsEnough(double number, boolean finite) {
    assertEquals(finite, DOUBLE.isFinite(number));
    for (double[] numbers :
        List.of(
            new double[] {number, 1, 2}, new double[] {1, number, 2}, new double[] {1, number})) {
      assertEquals(finite, DOUBLES.isFinite(numbers));
      float[] rounded = new float[numbers.length];
      for (int i = 0; i < rounded.length; i++) {
        rounded[i] = (float) numbers[i];
      }
      assertEquals(finite, FLOATS.isFinite(rounded));
    }
  }

  @Test
  void noNumbersAreFinite() {
    assertTrue(DOUBLES.isFinite(new double[0]));
    assertTrue(FLOATS.isFinite(new float[0]));
  }

  /* Single precision ends near 3.4e38: a loss beyond it is stored as infinite, and seen as such. */
  @Test
  void aLossThatOverflowsSinglePrecisionIsNotFinite() {
    List<Object> value = ResponseLoss.meanAndTokens(new double[] {1, 1e39});

    assertTrue(DOUBLE.isFinite(value.get(0)));
    assertFalse(FLOATS.isFinite(value.get(1)));
  }
}
