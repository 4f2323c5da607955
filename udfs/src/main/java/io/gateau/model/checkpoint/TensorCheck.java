package io.gateau.model.checkpoint;

import io.gateau.model.checkpoint.CheckpointTensors.TensorName;
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
  private TensorCheck() {}

  /**
   * Checks that every tensor of the model is there in the right shape, and no other.
   *
   * @throws ModelException naming the file and the first tensor, in alphabetical order, that is
   *     missing, has another shape or is unknown
   */
  static void check(Path directory, SafetensorsShards shards, ModelConfig config) {
    Map<String, TensorName> expected = expected(config);
    expected.values().forEach(tensor -> checkShape(directory, shards, tensor));
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

  private static String names(List<Path> paths) {
    return paths.stream()
        .map(path -> path.getFileName().toString())
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
