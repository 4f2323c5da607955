package io.gateau.model.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One safetensors file: eight bytes of header length, a JSON header, then the tensors' bytes (the
 * format's own description: github.com/huggingface/safetensors). The header is checked against the
 * file when it is opened; tensors are read block by block, so that a file of any size needs no more
 * memory than a block.
 */
public final class SafetensorsFile {
  /** The name of the only file in a model directory without shards. */
  public static final String FILE = "model.safetensors";

  private static final long LARGEST_HEADER = 100L << 20;
  private static final JsonMapper HEADERS =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Path path;
  private final Map<String, Tensor> tensors;

  private SafetensorsFile(Path path, Map<String, Tensor> tensors) {
    this.path = path;
    this.tensors = tensors;
  }

  /**
   * Where one tensor is in the file.
   *
   * @param name its name in the header
   * @param dtype of its numbers
   * @param shape its dimensions; empty for a single number
   * @param offset first byte, counted from the start of the file
   * @param bytes length in bytes
   */
  public record Tensor(String name, StoredDtype dtype, List<Long> shape, long offset, long bytes) {}

  /** The dtypes that are read, by their names in the header; others are refused by name. */
  public enum StoredDtype {
    /** float32. */
    F32(4, 0x7f80_0000),
    /** float16. */
    F16(2, 0x7c00),
    /** bfloat16. */
    BF16(2, 0x7f80);

    /** Bytes of one number. */
    public final int bytes;

    /** All bits of the exponent; a number that has them all is infinite or NaN. */
    private final int exponent;

    StoredDtype(int bytes, int exponent) {
      this.bytes = bytes;
      this.exponent = exponent;
    }

    /** Whether all numbers in a little-endian buffer are finite. */
    boolean isFinite(ByteBuffer numbers) {
      while (numbers.remaining() >= bytes) {
        int bits = bytes == Integer.BYTES ? numbers.getInt() : numbers.getShort();
        if ((bits & exponent) == exponent) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Reads and checks the header of a file.
   *
   * @throws ModelException if it is damaged, or has a tensor of another dtype
   */
  static SafetensorsFile open(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < 8) {
        throw damaged(
            path, "it has %s bytes; even an empty safetensors file has eight".formatted(size));
      }
      long length = read(channel, 0, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
      if (length < 2 || length > LARGEST_HEADER || length > size - 8) {
        throw damaged(
            path,
            "its first eight bytes announce a header of %d bytes in a file of %d bytes"
                .formatted(length, size));
      }
      String header = StandardCharsets.UTF_8.decode(read(channel, 8, (int) length)).toString();
      Map<String, Tensor> tensors = new TreeMap<>();
      JsonNode json = HEADERS.readTree(header);
      if (!json.isObject()) {
        throw damaged(path, "its header is not a JSON object");
      }
      json.properties()
          .forEach(
              entry -> {
                if (!"__metadata__".equals(entry.getKey())) {
                  tensors.put(
                      entry.getKey(),
                      tensor(path, entry.getKey(), entry.getValue(), 8 + length, size));
                }
              });
      requireNoGaps(path, tensors.values(), 8 + length, size);
      return new SafetensorsFile(path, tensors);
    } catch (JsonProcessingException e) {
      throw damaged(path, "its header is not valid JSON (%s)".formatted(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new ModelException(
          "%s cannot be read as safetensors: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** The file itself. */
  public Path path() {
    return path;
  }

  /** Its tensors by name, in alphabetical order. */
  public Map<String, Tensor> tensors() {
    return tensors;
  }

  /**
   * Fills the rest of a buffer with a tensor's bytes, and flips it.
   *
   * @param from first of the tensor's bytes to read, from 0
   * @return {@code into}
   * @throws ModelException if the file cannot be read
   */
  public ByteBuffer read(Tensor tensor, long from, ByteBuffer into) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long position = tensor.offset() + from;
      while (into.hasRemaining()) {
        if (channel.read(into, position + into.position()) < 0) {
          throw new EOFException("the file ends at byte " + (position + into.position()));
        }
      }
      return into.flip();
    } catch (IOException e) {
      throw new ModelException("%s: tensor %s cannot be read".formatted(path, tensor.name()), e);
    }
  }

  private static Tensor tensor(Path path, String name, JsonNode entry, long start, long size) {
    JsonNode sizes = entry.path("shape");
    JsonNode offsets = entry.path("data_offsets");
    if (!wholeNumbers(sizes) || !wholeNumbers(offsets) || offsets.size() != 2) {
      throw damaged(
          path,
          "the entry of tensor %s is %s; it needs a shape and two data_offsets, all whole numbers from 0 on"
              .formatted(name, shortened(entry)));
    }
    StoredDtype dtype;
    try {
      dtype = StoredDtype.valueOf(entry.path("dtype").asText());
    } catch (IllegalArgumentException e) {
      throw new ModelException(
          "%s: tensor %s is of dtype %s; supported: F32, F16, BF16 (quantised weights are not)"
              .formatted(path, name, entry.path("dtype").asText()),
          e);
    }
    List<Long> shape = new ArrayList<>();
    sizes.forEach(dimension -> shape.add(dimension.longValue()));
    long from = offsets.get(0).longValue();
    long to = offsets.get(1).longValue();
    if (to < from || to > size - start) {
      throw damaged(
          path,
          "tensor %s lies at bytes %d to %d of the %d bytes of data that the file has (an interrupted download?)"
              .formatted(name, from, to, size - start));
    }
    BigInteger expected =
        shape.stream()
            .map(BigInteger::valueOf)
            .reduce(BigInteger.valueOf(dtype.bytes), BigInteger::multiply);
    if (!expected.equals(BigInteger.valueOf(to - from))) {
      throw damaged(
          path,
          "tensor %s of shape %s has %d bytes, not %s".formatted(name, shape, to - from, expected));
    }
    return new Tensor(name, dtype, List.copyOf(shape), start + from, to - from);
  }

  /** The format's own rule: tensors lie end to end, from the header to the end of the file. */
  private static void requireNoGaps(Path path, Collection<Tensor> tensors, long start, long size) {
    List<Tensor> inOrder = new ArrayList<>(tensors);
    inOrder.sort(Comparator.comparingLong(Tensor::offset).thenComparingLong(Tensor::bytes));
    long end = start;
    for (Tensor tensor : inOrder) {
      if (tensor.offset() != end) {
        throw damaged(
            path,
            "tensor %s starts at byte %d of the data, where byte %d is next"
                .formatted(tensor.name(), tensor.offset() - start, end - start));
      }
      end += tensor.bytes();
    }
    if (end != size) {
      throw damaged(
          path, "its tensors end at byte %d of %d of data".formatted(end - start, size - start));
    }
  }

  private static boolean wholeNumbers(JsonNode array) {
    boolean whole = array.isArray();
    for (JsonNode number : array) {
      whole = whole && number.isIntegralNumber() && number.canConvertToLong();
      whole = whole && number.longValue() >= 0;
    }
    return whole;
  }

  private static String shortened(JsonNode entry) {
    String text = entry.toString();
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }

  private static ByteBuffer read(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException("the file ends at byte " + (position + buffer.position()));
      }
    }
    return buffer.flip();
  }

  private static ModelException damaged(Path path, String what) {
    return new ModelException("%s is damaged: %s; download it again".formatted(path, what));
  }
}
