package io.gateau.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.CheckpointTensors.TensorName;
import io.gateau.model.checkpoint.ConfigFile;
import io.gateau.model.checkpoint.Family;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.SafetensorsFile;
import io.gateau.model.checkpoint.SafetensorsWriter;
import io.gateau.model.checkpoint.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trained model as it is written: the config and tokenizer of the checkpoint that training
 * started from, with what training changed.
 *
 * @param start the checkpoint that training started from
 * @param family {@link Family#LLAMA}, or {@link Family#MISTRAL} for a sliding window
 * @param ropeTheta rotary base
 * @param maxPositions longest sequence that it was trained on, in tokens: max_position_embeddings
 *     and, of a Mistral, sliding_window
 */
record TrainedCheckpoint(Checkpoint start, Family family, double ropeTheta, int maxPositions) {
  /**
   * Writes a Hugging Face directory in bfloat16, rounded to the nearest; files that are there are
   * replaced.
   *
   * @throws ModelException if it cannot be written
   */
  Path write(Path directory, Parameters parameters) {
    try {
      Files.createDirectories(directory);
      // Read first: the directory may be the one that training started from.
      byte[] tokenizer = Files.readAllBytes(start.directory().resolve(Tokenizer.FILE));
      ConfigFile config = ConfigFile.read(start.directory().resolve(ModelConfig.FILE));
      Files.write(directory.resolve(Tokenizer.FILE), tokenizer);
      Files.writeString(directory.resolve(ModelConfig.FILE), changed(config));
      SafetensorsWriter.write(directory.resolve(SafetensorsFile.FILE), tensors(parameters));
      return directory;
    } catch (IOException e) {
      throw new ModelException("%s cannot be written: %s".formatted(directory, e.getMessage()), e);
    }
  }

  private static Map<String, SafetensorsWriter.Values> tensors(Parameters parameters) {
    List<TensorName> names = parameters.tensors();
    Map<String, SafetensorsWriter.Values> tensors = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      float[] numbers = parameters.weights().get(i).toFloatArray();
      tensors.put(names.get(i).name(), new SafetensorsWriter.Values(names.get(i).shape(), numbers));
    }
    return tensors;
  }

  /** The text of config.json, in the form that it was read in. */
  private String changed(ConfigFile config) {
    ObjectNode json = config.json().deepCopy();
    ObjectNode rotary =
        config.has("rope_parameters") ? (ObjectNode) json.get("rope_parameters") : json;
    rotary.put("rope_theta", ropeTheta);
    json.putArray("architectures").add(family.architecture());
    json.put("model_type", family == Family.MISTRAL ? "mistral" : "llama");
    json.put("max_position_embeddings", maxPositions);
    json.remove("sliding_window");
    if (family == Family.MISTRAL) {
      json.put("sliding_window", maxPositions);
    }
    return json.put("torch_dtype", "bfloat16").toPrettyString() + "\n";
  }
}
