package io.gateau.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Small safetensors files, read and written whole: eight bytes of header length, a JSON header,
 * then the tensors' bytes, all little-endian.
 */
final class Safetensors {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Safetensors() {}

  /** The safetensors files of a checkpoint directory, in order of name. */
  static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList();
    }
  }

  /** Every tensor of every safetensors file in a directory, by name. */
  static Map<String, Tensor> readDirectory(Path directory) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Path file : files(directory)) {
      tensors.putAll(read(file));
    }
    return tensors;
  }

  static Map<String, Tensor> read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int headerLength = Math.toIntExact(bytes.getLong());
    String header = new String(bytes.array(), Long.BYTES, headerLength, StandardCharsets.UTF_8);
    int data = Long.BYTES + headerLength;
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : JSON.readTree(header).properties()) {
      if (entry.getKey().equals("__metadata__")) {
        continue;
      }
      JsonNode node = entry.getValue();
      int from = data + node.required("data_offsets").required(0).intValue();
      int to = data + node.required("data_offsets").required(1).intValue();
      tensors.put(
          entry.getKey(),
          new Tensor(
              StoredDtype.valueOf(node.required("dtype").asText()),
              JSON.convertValue(node.required("shape"), int[].class),
              Arrays.copyOfRange(bytes.array(), from, to)));
    }
    return tensors;
  }

  static void write(Path file, Map<String, Tensor> tensors) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    header.putObject("__metadata__").put("format", "pt");
    long offset = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      ObjectNode node = header.putObject(entry.getKey());
      node.put("dtype", tensor.dtype().name());
      node.set("shape", JSON.valueToTree(tensor.shape()));
      node.putArray("data_offsets").add(offset).add(offset + tensor.bytes().length);
      offset += tensor.bytes().length;
    }
    // As the reference writer does: padded with spaces, so that the data starts at a multiple of 8.
    String json = JSON.writeValueAsString(header);
    byte[] padded = (json + " ".repeat(-json.length() & 7)).getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(Long.BYTES + padded.length + offset))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(padded.length).put(padded);
    tensors.values().forEach(tensor -> bytes.put(tensor.bytes()));
    Files.write(file, bytes.array());
  }

  /** One tensor as it is in the file. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  record Tensor(StoredDtype dtype, int[] shape, byte[] bytes) {

    static Tensor of(StoredDtype dtype, int[] shape, float[] values) {
      ByteBuffer bytes =
          ByteBuffer.allocate(values.length * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
      for (float value : values) {
        dtype.put(bytes, value);
      }
      return new Tensor(dtype, shape, bytes.array());
    }

    double[] values() {
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      double[] values = new double[bytes.length / dtype.bytes()];
      for (int i = 0; i < values.length; i++) {
        values[i] = dtype.get(buffer);
      }
      return values;
    }
  }
}
