package io.gateau.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Headers as nobody writes them; none may be believed, none may crash. */
class SafetensorsFileTest {
  private static final int DATA_BYTES = 16;

  @TempDir Path directory;

  @Test
  void anHonestHeaderIsRead() throws IOException {
    SafetensorsFile file =
        open(
            "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"a\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
                + "\"b\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[8,14]},"
                + "\"scalar\":{\"dtype\":\"F16\",\"shape\":[],\"data_offsets\":[14,16]},"
                + "\"none\":{\"dtype\":\"F16\",\"shape\":[0,7],\"data_offsets\":[0,0]}}");

    assertEquals(List.of("a", "b", "none", "scalar"), List.copyOf(file.tensors().keySet()));
    assertEquals(List.of(2L, 1L), file.tensors().get("a").shape());
    assertEquals(6, file.tensors().get("b").bytes());
    ByteBuffer block = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(10 | 11 << 8, file.read(file.tensors().get("b"), 2, block).getShort());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "F32 | [2]            | [-8,0]",
        "F32 | [2]            | [8,0]",
        "F32 | [2]            | [9223372036854775800,9223372036854775807]",
        "F32 | [2]            | [12,20]",
        "F32 | [2]            | [0,9223372036854775807]",
        "F32 | [2]            | [0,92233720368547758070]",
        "F32 | [2]            | [0,8,16]",
        "F32 | [2]            | [0]",
        "F32 | [2]            | [0.5,8.5]",
        "F32 | [2]            | \"0-8\"",
        "F32 | [2]            | null",
        "F32 | 2              | [0,8]",
        "F32 | \"2\"          | [0,8]",
        "F32 | {\"0\":2}      | [0,8]",
        "F32 | [\"2\"]        | [0,8]",
        "F32 | [2.5]          | [0,8]",
        "F32 | [-2,-1]        | [0,8]",
        "F32 | [4294967296,4294967296] | [0,0]",
        "F32 | [4611686018427387905,4] | [0,16]",
        "F32 | [3]            | [0,8]",
        "BF16 | [3]           | [0,8]"
      })
  void anEntryThatCannotBeTrueIsDamage(String dtype, String shape, String offsets) {
    String complaint =
        complaint(
            "{\"w\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
                .formatted(dtype, shape, offsets));

    assertTrue(
        complaint.startsWith("FILE is damaged: tensor w ")
            || complaint.startsWith("FILE is damaged: the entry of tensor w is "),
        complaint);
    assertTrue(complaint.endsWith("; download it again"), complaint);
  }

  /* The file has 16 bytes of data. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[0,8] | [4,12] | tensor b starts at byte 4 of the data, where byte 8 is next",
        "[0,8] | [0,8]  | tensor b starts at byte 0 of the data, where byte 8 is next",
        "[0,4] | [8,16] | tensor b starts at byte 8 of the data, where byte 4 is next",
        "[4,8] | [8,16] | tensor a starts at byte 4 of the data, where byte 0 is next",
        "[0,4] | [4,12] | its tensors end at byte 12 of 16 of data"
      })
  void tensorsLieEndToEnd(String first, String second, String complaint) {
    int[] sizes = {length(first) / 4, length(second) / 4};
    assertEquals(
        "FILE is damaged: " + complaint + "; download it again",
        complaint(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":%s},\"b\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":%s}}"
                .formatted(sizes[0], first, sizes[1], second)));
  }

  private static int length(String offsets) {
    String[] ends = offsets.replaceAll("[\\[\\]]", "").split(",", -1);
    return Integer.parseInt(ends[1]) - Integer.parseInt(ends[0]);
  }

  /* 2^62 + 1 times 4 is 4 in 64 bits, and four float32 are the 16 bytes that are there. */
  @Test
  void theSizeOfATensorDoesNotOverflow() {
    assertEquals(
        "FILE is damaged: tensor w of shape [4611686018427387905, 4] has 16 bytes, not"
            + " 73786976294838206480; download it again",
        complaint(
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[4611686018427387905,4],\"data_offsets\":[0,16]}}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "I64 | FILE: tensor w is of dtype I64; supported: F32, F16, BF16 (quantised weights are not)",
        "F8_E4M3 | FILE: tensor w is of dtype F8_E4M3; supported: F32, F16, BF16 (quantised weights are not)",
        "cake | FILE: tensor w is of dtype cake; supported: F32, F16, BF16 (quantised weights are not)"
      })
  void anotherDtypeIsNamed(String dtype, String complaint) {
    assertEquals(
        complaint,
        complaint("{\"w\":{\"dtype\":\"" + dtype + "\",\"shape\":[2],\"data_offsets\":[0,8]}}"));
  }

  @Test
  void aHeaderThatIsNoObjectIsDamage() {
    for (String header : List.of("[]", "17", "null", "\"model\"", "   ")) {
      assertEquals(
          "FILE is damaged: its header is not a JSON object; download it again", complaint(header));
    }
    assertTrue(
        complaint("{\"w\": {").startsWith("FILE is damaged: its header is not valid JSON ("));
    assertTrue(complaint("\u0001\u0002").startsWith("FILE is damaged: its header is not valid"));
    assertTrue(
        complaint("[".repeat(100_000)).startsWith("FILE is damaged: its header is not valid JSON"));
    assertEquals(
        "FILE is damaged: the entry of tensor w is 5; it needs a shape and two data_offsets, all"
            + " whole numbers from 0 on; download it again",
        complaint("{\"w\": 5}"));
  }

  @Test
  void oneNameForTwoTensorsIsDamage() {
    String entry = "\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";

    assertEquals(
        "FILE is damaged: its header is not valid JSON (Duplicate field 'w'); download it again",
        complaint("{" + entry + "," + entry + "}"));
  }

  @Test
  void aHeaderLengthThatCannotBeTrueIsDamage() throws IOException {
    for (long length : new long[] {-1, 0, 1, 100, Long.MAX_VALUE, Long.MIN_VALUE}) {
      ByteBuffer bytes = ByteBuffer.allocate(60).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      assertEquals(
          "FILE is damaged: its first eight bytes announce a header of "
              + length
              + " bytes in a file of 60 bytes; download it again",
          complaint(bytes.array()));
    }
    assertEquals(
        "FILE is damaged: it has 0 bytes; even an empty safetensors file has eight; download it"
            + " again",
        complaint(new byte[0]));
  }

  @Test
  void randomGarbageIsAlwaysAModelException() throws IOException {
    Random random = new Random(21);
    byte[] honest = file("{\"w\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}");
    int refused = 0;
    for (int trial = 0; trial < 2_000; trial++) {
      byte[] spoilt = honest.clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        spoilt[random.nextInt(spoilt.length - DATA_BYTES)] = (byte) random.nextInt(256);
      }
      Path path = directory.resolve("spoilt");
      Files.write(path, spoilt);
      try {
        SafetensorsFile file = SafetensorsFile.open(path);
        for (SafetensorsFile.Tensor tensor : file.tensors().values()) {
          assertTrue(tensor.offset() + tensor.bytes() <= spoilt.length, () -> tensor.toString());
        }
      } catch (ModelException e) {
        refused++;
      }
    }
    assertTrue(refused > 500, refused + " refused");
  }

  private SafetensorsFile open(String header) throws IOException {
    Path path = directory.resolve("w.safetensors");
    Files.write(path, file(header));
    return SafetensorsFile.open(path);
  }

  private String complaint(String header) {
    return complaint(file(header));
  }

  private String complaint(byte[] bytes) {
    Path path = directory.resolve("w.safetensors");
    return assertThrows(
            ModelException.class,
            () -> {
              Files.write(path, bytes);
              SafetensorsFile.open(path);
            })
        .getMessage()
        .replace(path.toString(), "FILE");
  }

  /** The header, then the bytes 0, 1, 2 and so on. */
  private static byte[] file(String header) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + DATA_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    for (int i = 0; i < DATA_BYTES; i++) {
      bytes.put((byte) i);
    }
    return bytes.array();
  }
}
