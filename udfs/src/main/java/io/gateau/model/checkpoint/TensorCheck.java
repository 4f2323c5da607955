package io.gateau.model.checkpoint;

import io.gateau.model.checkpoint.CheckpointTensors.TensorName;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Compares the tensors of a checkpoint with those that its config.json asks for. */
final class TensorCheck {
  private static final String EMBEDDING = "embed_tokens";
  private static final int SAMPLED_ROWS = 64;
  private static final int LARGEST_SAMPLE = 1 << 20;

  private TensorCheck() {}

  /**
   * Checks that every tensor of the model is there in the right shape, and no other.
   *
   * <p>Norms, biases and some rows of the embedding must also be finite; loading checks every
   * number. This much is read in no time, and finds what a failed training or conversion leaves
   * before a cluster is started.
   *
   * @throws ModelException naming the file and the first tensor, in alphabetical order, that is
   *     missing, has another shape, is unknown or holds NaN or infinite values
   */
  static void check(Path directory, SafetensorsShards shards, ModelConfig config) {
    Map<String, TensorName> expected = expected(config);
    expected.values().forEach(tensor -> checkShape(directory, shards, tensor));
    expected.values().forEach(tensor -> checkSample(shards, tensor));
    TreeSet<String> unknown = new TreeSet<>(shards.tensors());
    unknown.removeAll(expected.keySet());
    unknown.removeIf(tensor -> CheckpointTensors.mayBeIgnored(tensor, config));
    if (!unknown.isEmpty()) {
      throw new ModelException(
          "%s: tensor %s is not part of a %s decoder (%d unknown in all); ignoring it would change the numbers, so only plain %s checkpoints are read"
              .formatted(
                  shards.fileOf(unknown.first()).orElseThrow().path(),
                  unknown.first(),
                  config.family(),
                  unknown.size(),
                  config.family().architecture()));
    }
  }

  private static Map<String, TensorName> expected(ModelConfig config) {
    Map<String, TensorName> expected = new TreeMap<>();
    Stream.concat(
            CheckpointTensors.outer(config).stream(),
            IntStream.range(0, config.layers())
                .boxed()
                .flatMap(layer -> CheckpointTensors.layer(config, layer).stream()))
        .forEach(tensor -> expected.put(tensor.name(), tensor));
    return expected;
  }

  private static void checkShape(Path directory, SafetensorsShards shards, TensorName tensor) {
    SafetensorsFile file =
        shards
            .fileOf(tensor.name())
            .orElseThrow(
                () ->
                    new ModelException(
                        "%s: tensor %s is missing from %s; download or save the model again, with the config.json that belongs to it"
                            .formatted(directory, tensor.name(), names(shards.paths()))));
    List<Long> shape = file.tensors().get(tensor.name()).shape();
    if (!shape.equals(tensor.shape())) {
      throw new ModelException(
          "%s: tensor %s has shape %s where config.json asks for %s; use the config.json that belongs to these weights"
              .formatted(file.path(), tensor.name(), shape, tensor.shape()));
    }
  }

  private static void checkSample(SafetensorsShards shards, TensorName tensor) {
    boolean isVector = tensor.shape().size() == 1;
    if (!isVector && !EMBEDDING.equals(tensor.key())) {
      return;
    }
    SafetensorsFile file = shards.fileOf(tensor.name()).orElseThrow();
    SafetensorsFile.Tensor stored = file.tensors().get(tensor.name());
    long rows = stored.shape().get(0);
    long step = isVector ? rows : Math.max(1, rows / SAMPLED_ROWS);
    long rowBytes = stored.bytes() / rows;
    for (long row = 0; row < rows; row += step) {
      int bytes = (int) Math.min(isVector ? stored.bytes() : rowBytes, LARGEST_SAMPLE);
      ByteBuffer sample = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
      if (!stored.dtype().isFinite(file.read(stored, row * rowBytes, sample))) {
        throw new ModelException(
            "%s: tensor %s holds NaN or infinite values; no score made with it would mean anything, so download the model again"
                .formatted(file.path(), tensor.name()));
      }
    }
  }

  private static String names(List<Path> paths) {
    return paths.stream()
        .map(path -> path.getFileName().toString())
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
