package io.gateau.model.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Finds the safetensors files of a model directory: {@code model.safetensors} or, without it, the
 * shards that {@code model.safetensors.index.json} names under {@code weight_map}.
 */
final class SafetensorsIndex {
  private static final String INDEX_FILE = "model.safetensors.index.json";

  private SafetensorsIndex() {}

  /**
   * The safetensors files of a directory, one or more, in the order of their names.
   *
   * @throws ModelException if there are none, or one that the index names is missing
   */
  static List<Path> shards(Path directory) {
    Path single = directory.resolve(SafetensorsFile.FILE);
    if (Files.isRegularFile(single)) {
      return List.of(single);
    }
    Path index = directory.resolve(INDEX_FILE);
    if (!Files.isRegularFile(index)) {
      throw new ModelException(
          "%s has neither %s nor %s; %s"
              .formatted(directory, SafetensorsFile.FILE, INDEX_FILE, wayOut(directory)));
    }
    List<Path> shards = new ArrayList<>();
    for (String name : namesIn(index)) {
      if (!isFileName(name) || !Files.isRegularFile(directory.resolve(name))) {
        throw new ModelException(
            "%s names %s, which is not in %s; download the missing file into it"
                .formatted(index, name, directory));
      }
      shards.add(directory.resolve(name));
    }
    if (shards.isEmpty()) {
      throw new ModelException(index + " names no files under weight_map; download it again");
    }
    return shards;
  }

  private static Set<String> namesIn(Path index) {
    try {
      JsonNode weightMap =
          JsonMapper.builder().build().readTree(Files.readString(index)).path("weight_map");
      Set<String> names = new TreeSet<>();
      weightMap.forEach(name -> names.add(name.asText()));
      return names;
    } catch (JsonProcessingException e) {
      throw new ModelException(
          "%s is not valid JSON: %s; download it again".formatted(index, e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new ModelException("%s cannot be read: %s".formatted(index, e.getMessage()), e);
    }
  }

  /** Whether a name is that of an entry of the directory, not of one below or outside it. */
  private static boolean isFileName(String name) {
    try {
      Path path = Path.of(name);
      return !path.isAbsolute() && path.getNameCount() == 1 && path.equals(path.getFileName());
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static String wayOut(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      List<String> pickles =
          entries
              .map(entry -> entry.getFileName().toString())
              .filter(name -> name.matches(".*\\.(bin|pt|pth|pkl|ckpt)"))
              .sorted()
              .toList();
      return pickles.isEmpty()
          ? "give a Hugging Face directory that holds the weights"
          : "it has %s, a pickle, which can run code when it is read and is never opened here: save the model again with safe_serialization=True"
              .formatted(String.join(", ", pickles));
    } catch (IOException e) {
      throw new ModelException("%s cannot be listed: %s".formatted(directory, e.getMessage()), e);
    }
  }
}
