package io.gateau.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class KeyTokensTest {
  /*
   * whole   recent  recent - whole  exp(-whole)  product     key token
   * ln 2    ln 2+3  3               0.5          1.5         yes: 3 > 2, ln 2 < 2
   * 0       1       1               1            1           no: 1
   * 2       5       3               0.135335     0.406006    no: 2 is not under 2
   * 1       3       2               0.367879     0.735759    no: 2 is not over 2
   * 1       3.5     2.5             0.367879     0.919699    yes
   * mean of the products 4.561464 / 5 = 0.912293; key loss (ln 2 + 1) / 2 = 0.846574
   */
  @Test
  void tokensThatTheLongContextExplainsAreKeyTokens() {
    double ln2 = Math.log(2);
    KeyTokens tokens =
        KeyTokens.of(new double[] {ln2, 0, 2, 1, 1}, new double[] {ln2 + 3, 1, 5, 3, 3.5});

    assertEquals(0.912293, tokens.gain(), 1e-6);
    assertEquals(2, tokens.keyTokens());
    assertEquals(0.846574, tokens.keyLoss(), 1e-6);
  }

  @Test
  void aPromptThatAddsNothingHasNoKeyTokensAndNoGain() {
    KeyTokens tokens = KeyTokens.of(new double[] {1, 2}, new double[] {1, 2});

    assertEquals(0, tokens.gain(), 0);
    assertEquals(0, tokens.keyTokens());
    assertEquals(Double.NaN, tokens.keyLoss(), 0);
  }

  /* A long context that misleads: the gain is negative. */
  @Test
  void aPromptThatMisleadsHasANegativeGain() {
    assertEquals(
        -0.5,
        KeyTokens.of(new double[] {Math.log(2)}, new double[] {Math.log(2) - 1}).gain(),
        1e-12);
  }

  @Test
  void lossesOfDifferentResponsesDoNotGoTogether() {
    assertEquals(
        "2 losses given the whole prompt and 1 given its end do not belong together",
        assertThrows(
                IllegalArgumentException.class, () -> KeyTokens.of(new double[2], new double[1]))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> KeyTokens.of(new double[0], new double[0]));
  }
}
