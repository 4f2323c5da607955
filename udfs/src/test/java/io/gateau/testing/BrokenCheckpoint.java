package io.gateau.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;

/** Damages a checkpoint directory, in one way per method, for the tests of error messages. */
public final class BrokenCheckpoint {

  /** The tensor that {@link #unknownTensor} adds. */
  public static final String UNKNOWN_TENSOR = "model.layers.0.self_attn.sinks";

  private static final ObjectMapper JSON = new ObjectMapper();

  private BrokenCheckpoint() {}

  /** Takes one tensor out of its file; an index still names it. */
  public static void missingTensor(Path directory, String name) throws IOException {
    edit(directory, name, tensors -> tensors.remove(name));
  }

  /** Takes the last row off a tensor. */
  public static void wrongShape(Path directory, String name) throws IOException {
    edit(
        directory,
        name,
        tensors -> {
          Safetensors.Tensor tensor = tensors.get(name);
          int[] shape = tensor.shape().clone();
          int rest = tensor.bytes().length / shape[0] * (shape[0] - 1);
          shape[0]--;
          byte[] bytes = Arrays.copyOf(tensor.bytes(), rest);
          tensors.put(name, new Safetensors.Tensor(tensor.dtype(), shape, bytes));
        });
  }

  /** Adds {@link #UNKNOWN_TENSOR} to the first file; an index does not name it. */
  public static void unknownTensor(Path directory) throws IOException {
    Path file = Safetensors.files(directory).get(0);
    Map<String, Safetensors.Tensor> tensors = Safetensors.read(file);
    StoredDtype dtype = tensors.values().iterator().next().dtype();
    tensors.put(UNKNOWN_TENSOR, Safetensors.Tensor.of(dtype, new int[] {2}, new float[2]));
    Safetensors.write(file, tensors);
  }

  /** Makes the first number of a tensor NaN. */
  public static void nan(Path directory, String name) throws IOException {
    edit(
        directory,
        name,
        tensors -> {
          Safetensors.Tensor tensor = tensors.get(name);
          tensor
              .dtype()
              .put(ByteBuffer.wrap(tensor.bytes()).order(ByteOrder.LITTLE_ENDIAN), Float.NaN);
        });
  }

  /** Flips one bit of a tensor's data, counted from its first byte's lowest bit. */
  public static void flipBit(Path directory, String name, int bit) throws IOException {
    edit(directory, name, tensors -> tensors.get(name).bytes()[bit / 8] ^= (byte) (1 << bit % 8));
  }

  /** Writes another dtype into a tensor's entry, a name of the same length; the data stays. */
  public static void relabel(Path directory, String name, String from, String to)
      throws IOException {
    for (Path file : Safetensors.files(directory)) {
      byte[] bytes = Files.readAllBytes(file);
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      int entry = text.indexOf("\"" + name + "\"");
      int at = entry < 0 ? -1 : text.indexOf("\"" + from + "\"", entry);
      if (at >= 0) {
        byte[] label = to.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(label, 0, bytes, at + 1, label.length);
        Files.write(file, bytes);
        return;
      }
    }
    throw new IllegalArgumentException(directory + " has no tensor " + name);
  }

  /** Cuts the last file off in the middle of its data. */
  public static void truncated(Path directory) throws IOException {
    Path file = lastFile(directory);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - bytes.length / 4));
  }

  /** Cuts the last file off inside its header. */
  public static void truncatedHeader(Path directory) throws IOException {
    Path file = lastFile(directory);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 100));
  }

  /** Removes the last safetensors file; an index still names it. */
  public static void missingShard(Path directory) throws IOException {
    Files.delete(lastFile(directory));
  }

  /** Leaves only a pytorch_model.bin where the safetensors were. */
  public static void pytorchBinOnly(Path directory) throws IOException {
    for (Path file : Safetensors.files(directory)) {
      Files.delete(file);
    }
    Files.deleteIfExists(directory.resolve("model.safetensors.index.json"));
    Files.write(directory.resolve("pytorch_model.bin"), new byte[] {'P', 'K', 3, 4});
  }

  /** Names an architecture that is not supported. */
  public static void unknownArchitecture(Path directory) throws IOException {
    config(
        directory,
        config -> {
          config.putArray("architectures").add("CakeForCausalLM");
          config.put("model_type", "cake");
        });
  }

  /** Edits config.json. */
  public static void config(Path directory, Consumer<ObjectNode> edit) throws IOException {
    Path file = directory.resolve("config.json");
    ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
    edit.accept(config);
    Files.writeString(file, config.toPrettyString());
  }

  /** Sets every number of a tensor, row by row; the checkpoint stays valid. */
  public static void setTensor(Path directory, String name, float... values) throws IOException {
    edit(
        directory,
        name,
        tensors -> {
          Safetensors.Tensor tensor = tensors.get(name);
          if (values.length != tensor.values().length) {
            throw new IllegalArgumentException(
                name + " has " + tensor.values().length + " numbers, not " + values.length);
          }
          tensors.put(name, Safetensors.Tensor.of(tensor.dtype(), tensor.shape().clone(), values));
        });
  }

  private static void edit(
      Path directory, String name, Consumer<Map<String, Safetensors.Tensor>> change)
      throws IOException {
    for (Path file : Safetensors.files(directory)) {
      Map<String, Safetensors.Tensor> tensors = Safetensors.read(file);
      if (tensors.containsKey(name)) {
        change.accept(tensors);
        Safetensors.write(file, tensors);
        return;
      }
    }
    throw new IllegalArgumentException(directory + " has no tensor " + name);
  }

  private static Path lastFile(Path directory) throws IOException {
    return Safetensors.files(directory).get(Safetensors.files(directory).size() - 1);
  }
}
