package io.gateau.model.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Typed access to the values of config.json, or of an object inside it, with errors that name file
 * and key. A key that is null counts as missing unless said otherwise.
 *
 * @param file where the values stand
 * @param json the object that holds them
 */
public record ConfigFile(Path file, JsonNode json) {
  public static ConfigFile read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ModelException(
          file
              + " does not exist; a model is a Hugging Face directory with config.json,"
              + " model.safetensors (or its shards) and tokenizer.json");
    }
    try {
      return new ConfigFile(file, JsonMapper.builder().build().readTree(Files.readString(file)));
    } catch (JsonProcessingException e) {
      throw new ModelException(file + " is not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new ModelException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Whether the key is there and not null. */
  public boolean has(String key) {
    return json.hasNonNull(key);
  }

  /** Whether the key is there, be it null. */
  boolean states(String key) {
    return json.has(key);
  }

  /** The object under a key; empty if the key is missing. */
  ConfigFile object(String key) {
    if (has(key) && !json.get(key).isObject()) {
      throw wrong(key, "it must be an object");
    }
    return new ConfigFile(
        file, has(key) ? json.get(key) : JsonMapper.builder().build().createObjectNode());
  }

  boolean isEmpty() {
    return json.isEmpty();
  }

  int positive(String key) {
    JsonNode value = json.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
      throw wrong(key, "it must be a positive whole number");
    }
    return value.intValue();
  }

  int positive(String key, int otherwise) {
    return has(key) ? positive(key) : otherwise;
  }

  double number(String key) {
    JsonNode value = json.path(key);
    if (!value.isNumber()) {
      throw wrong(key, "it must be a number");
    }
    return value.doubleValue();
  }

  double number(String key, double otherwise) {
    return has(key) ? number(key) : otherwise;
  }

  boolean flag(String key, boolean otherwise) {
    if (has(key) && !json.get(key).isBoolean()) {
      throw wrong(key, "it must be true or false");
    }
    return has(key) ? json.get(key).booleanValue() : otherwise;
  }

  String text(String key, String otherwise) {
    return has(key) ? json.get(key).asText() : otherwise;
  }

  List<Double> numbers(String key) {
    List<Double> numbers = new ArrayList<>();
    for (JsonNode value : json.path(key)) {
      if (!value.isNumber()) {
        throw wrong(key, "it must be a list of numbers");
      }
      numbers.add(value.doubleValue());
    }
    if (numbers.isEmpty()) {
      throw wrong(key, "it must be a list of numbers");
    }
    return List.copyOf(numbers);
  }

  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    json.path(key).forEach(value -> texts.add(value.asText()));
    return List.copyOf(texts);
  }

  /** An error about the value of a key. */
  ModelException wrong(String key, String mend) {
    JsonNode value = json.path(key);
    return new ModelException(
        file + ": " + key + (value.isMissingNode() ? " is missing" : " is " + value) + "; " + mend);
  }
}
