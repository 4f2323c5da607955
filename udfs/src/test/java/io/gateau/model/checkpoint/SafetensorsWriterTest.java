package io.gateau.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path directory;

  /**
   * bfloat16 keeps 7 bits after the leading one: between 1 and 2 its numbers are 1/128 apart.
   *
   * <pre>
   *   1 + 1/256 is half way; 1 = 0x3F80 is even and wins
   *   1 + 3/256 is half way; 1 + 2/128 = 0x3F82 is even and wins
   *   1 + 1.1/256 is nearer to 1 + 1/128 = 0x3F81
   *   -2 = 0xC000
   * </pre>
   */
  @Test
  void numbersAreRoundedToTheNearestAndHalvesToTheEven() throws Exception {
    float[] numbers = {1, 1 + 1 / 256f, 1 + 3 / 256f, 1 + 1.1f / 256, -2, 0};
    Path file = directory.resolve("model.safetensors");
    SafetensorsWriter.write(
        file, Map.of("w", new SafetensorsWriter.Values(List.of(2L, 3L), numbers)));
    SafetensorsFile read = SafetensorsFile.open(file);
    SafetensorsFile.Tensor tensor = read.tensors().get("w");
    assertEquals(List.of(2L, 3L), tensor.shape());
    ByteBuffer bytes = read.read(tensor, 0, ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN));
    int[] expected = {0x3F80, 0x3F80, 0x3F82, 0x3F81, 0xC000, 0};
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], bytes.getShort() & 0xFFFF, "number " + i);
    }
  }
}
