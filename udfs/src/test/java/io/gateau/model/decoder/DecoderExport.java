package io.gateau.model.decoder;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.model.checkpoint.CheckpointTensors;
import io.gateau.model.checkpoint.CheckpointTensors.TensorName;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.RotaryEmbedding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the program of a model and what Java computes beside it, for {@code
 * src/test/python/gpu_check.py}: decoder.pt, the very archive that libtorch gets, and decoder.json
 * with the names of the weights and the rotary frequencies of some lengths.
 */
final class DecoderExport {
  private static final ObjectMapper JSON = new ObjectMapper();

  private DecoderExport() {}

  /** MODEL FOLDER LENGTH ...: the folder is made if it is not there. */
  public static void main(String[] arguments) throws IOException {
    int[] lengths = Arrays.stream(arguments).skip(2).mapToInt(Integer::parseInt).toArray();
    write(Path.of(arguments[0]), Path.of(arguments[1]), lengths);
  }

  static void write(Path model, Path folder, int... lengths) throws IOException {
    ModelConfig config = ModelConfig.read(model);
    Files.createDirectories(folder);
    Files.write(folder.resolve("decoder.pt"), DecoderProgram.archive(config, TileSizes.DEFAULT));
    ObjectNode json = JSON.createObjectNode();
    json.put("model", model.toAbsolutePath().toString());
    json.put("vocabulary", config.vocabularySize());
    json.put("heads", config.heads());
    json.set("windows", JSON.valueToTree(config.layerConfig().windows()));
    json.set("rotary", rotary(config.rotary(), lengths));
    json.set("window_rotary", rotary(config.windowRotary(), lengths));
    json.set("outer", names(CheckpointTensors.outer(config)));
    ArrayNode layers = json.putArray("layers");
    for (int layer = 0; layer < config.layers(); layer++) {
      layers.add(names(CheckpointTensors.layer(config, layer)));
    }
    Files.writeString(folder.resolve("decoder.json"), json.toPrettyString());
  }

  private static ObjectNode rotary(RotaryEmbedding rotary, int[] lengths) {
    ObjectNode json = JSON.createObjectNode().put("factor", rotary.attentionFactor());
    ObjectNode frequencies = json.putObject("frequencies");
    for (int length : lengths) {
      frequencies.set(String.valueOf(length), JSON.valueToTree(rotary.frequencies(length)));
    }
    return json;
  }

  private static ArrayNode names(List<TensorName> tensors) {
    ArrayNode names = JSON.createArrayNode();
    for (TensorName tensor : tensors) {
      ObjectNode json = names.addObject().put("tensor", tensor.name()).put("key", tensor.key());
      json.put("first_row", tensor.firstRow()).put("rows", tensor.rows());
    }
    return names;
  }
}
