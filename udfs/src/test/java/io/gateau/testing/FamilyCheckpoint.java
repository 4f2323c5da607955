package io.gateau.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The checkpoints of resources/families, whose README says how they were made. */
public final class FamilyCheckpoint {
  /** config.json as transformers 5 writes it, and as it was before. */
  public static final List<String> CONFIGS = List.of("config.json", "config.old.json");

  private static final ObjectMapper JSON = new ObjectMapper();

  private FamilyCheckpoint() {}

  /** The names of all checkpoints, sorted. */
  public static List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder())) {
      return entries
          .filter(Files::isDirectory)
          .map(entry -> entry.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  /** Copies a checkpoint with one of its configurations and a tokenizer into a new folder. */
  public static Path copy(String name, String config, Path parent) throws IOException {
    Path from = folder().resolve(name);
    Path to = Files.createDirectories(parent.resolve(name));
    Files.copy(from.resolve(config), to.resolve("config.json"));
    Files.copy(from.resolve("model.safetensors"), to.resolve("model.safetensors"));
    ObjectNode tokenizer = JSON.createObjectNode().put("version", "1.0");
    ObjectNode model = tokenizer.putObject("model").put("type", "WordLevel").put("unk_token", "0");
    ObjectNode words = model.putObject("vocab");
    IntStream.range(0, 64).forEach(token -> words.put(String.valueOf(token), token));
    Files.writeString(to.resolve("tokenizer.json"), tokenizer.toString());
    return to;
  }

  /** The sequences of a checkpoint with their numbers. */
  public static JsonNode golden(String name) throws IOException {
    return JSON.readTree(folder().resolve(name).resolve("golden.json").toFile())
        .required("sequences");
  }

  /** The token ids of a sequence. */
  public static int[] tokens(JsonNode sequence) {
    return values(sequence, "tokens").mapToInt(JsonNode::intValue).toArray();
  }

  /** The numbers under a key of a sequence. */
  public static double[] numbers(JsonNode sequence, String key) {
    return values(sequence, key).mapToDouble(JsonNode::doubleValue).toArray();
  }

  private static Stream<JsonNode> values(JsonNode sequence, String key) {
    return StreamSupport.stream(sequence.required(key).spliterator(), false);
  }

  private static Path folder() {
    try {
      return Path.of(FamilyCheckpoint.class.getResource("/families").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
