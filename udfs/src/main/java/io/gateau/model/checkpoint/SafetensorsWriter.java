package io.gateau.model.checkpoint;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes tensors as one safetensors file of bfloat16, each number rounded to the nearest. */
public final class SafetensorsWriter {
  private static final int BYTES = 2;

  private SafetensorsWriter() {}

  /**
   * A tensor to write.
   *
   * @param shape its dimensions, the product of which is the length of {@code numbers}
   * @param numbers row by row, finite
   */
  public record Values(List<Long> shape, float[] numbers) {}

  /**
   * Writes a file of all tensors, in the order of the map; an existing file is replaced.
   *
   * @param tensors by name; less than 2 GiB in all
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, Map<String, Values> tensors) throws IOException {
    JsonMapper json = JsonMapper.builder().build();
    ObjectNode header = json.createObjectNode();
    header.putObject("__metadata__").put("format", "pt");
    long offset = 0;
    for (Map.Entry<String, Values> tensor : tensors.entrySet()) {
      ObjectNode entry = header.putObject(tensor.getKey()).put("dtype", "BF16");
      tensor.getValue().shape.forEach(entry.withArray("shape")::add);
      long end = offset + (long) BYTES * tensor.getValue().numbers.length;
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    String text = json.writeValueAsString(header);
    // Padded with spaces, as the reference writer does, so that the data starts at a multiple of 8.
    byte[] head = (text + " ".repeat(-text.length() & 7)).getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(Long.BYTES + head.length + offset))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(head.length).put(head);
    for (Values values : tensors.values()) {
      for (float number : values.numbers) {
        bytes.putShort(rounded(number));
      }
    }
    Files.write(file, bytes.array());
  }

  /** The bits of the nearest bfloat16, ties to even. Finite numbers only. */
  static short rounded(float number) {
    int bits = Float.floatToIntBits(number);
    return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
  }
}
