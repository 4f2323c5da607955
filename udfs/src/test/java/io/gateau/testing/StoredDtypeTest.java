package io.gateau.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredDtypeTest {

  /* IEEE 754 half precision: 1 sign, 5 exponent, 10 fraction bits. */
  @ParameterizedTest
  @CsvSource({
    "0x0000, 0",
    "0x3C00, 1",
    "0x3C01, 1.0009765625",
    "0xC000, -2",
    "0x3555, 0.333251953125",
    "0x7BFF, 65504",
    "0x0400, 0.00006103515625",
    "0x03FF, 0.000060975551605224609375",
    "0x0001, 0.000000059604644775390625",
    "0x7C00, Infinity",
    "0xFC00, -Infinity",
    "0x7E00, NaN"
  })
  void halvesReadAndWriteAsTheStandardSays(String bits, float value) {
    short half = (short) (int) Integer.decode(bits);

    assertEquals(value, StoredDtype.fromFloat16(half));
    assertEquals(half, StoredDtype.toFloat16(value));
  }

  /* Between 1 and 2 the step is 2^-10: a tie goes to the even neighbour. */
  @ParameterizedTest
  @CsvSource({
    "1.00048828125, 1",
    "1.00146484375, 1.001953125",
    "1.0005, 1.0009765625",
    "1.99999, 2",
    "65519, 65504",
    "65520, Infinity",
    "-1e-10, 0"
  })
  void halvesRoundToNearest(float value, float rounded) {
    assertEquals(rounded, StoredDtype.fromFloat16(StoredDtype.toFloat16(value)) + 0f);
  }

  /* Between 1 and 2 the step is 2^-7 = 0.0078125. */
  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1.00390625, 1",
    "1.01171875, 1.015625",
    "1.0039064, 1.0078125",
    "-3.140625, -3.140625",
    "NaN, NaN"
  })
  void bfloat16RoundsToNearest(float value, float rounded) {
    ByteBuffer bytes = ByteBuffer.allocate(2);
    StoredDtype.BF16.put(bytes, value);

    assertEquals(rounded, StoredDtype.BF16.get(bytes.flip()));
  }

  @Test
  void everyHalfSurvivesTheWayThereAndBack() {
    for (int bits = 0; bits < 0x7C00; bits++) {
      assertEquals((short) bits, StoredDtype.toFloat16(StoredDtype.fromFloat16((short) bits)));
    }
  }
}
