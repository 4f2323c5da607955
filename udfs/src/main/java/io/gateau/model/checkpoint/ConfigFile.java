package io.gateau.model.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
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
  /**
   * Reads a config.json.
   *
   * @throws ModelException if there is no such file, or it is not one JSON value
   */
  public static ConfigFile read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ModelException(
          "%s does not exist; a model is a Hugging Face directory with config.json, model.safetensors (or its shards) and tokenizer.json"
              .formatted(file));
    }
    try {
      JsonMapper mapper =
          JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
      return new ConfigFile(file, mapper.readTree(Files.readString(file)));
    } catch (JsonProcessingException e) {
      throw new ModelException(
          "%s is not valid JSON: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new ModelException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Whether the key is there and not null. */
  public boolean has(String key) {
    return json.hasNonNull(key);
  }

  /** Whether the key is there, null or not. */
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

  int positive(String key, int defaultValue) {
    return has(key) ? positive(key) : defaultValue;
  }

  double number(String key) {
    JsonNode value = json.path(key);
    if (!value.isNumber()) {
      throw wrong(key, "it must be a number");
    }
    return value.doubleValue();
  }

  double number(String key, double defaultValue) {
    return has(key) ? number(key) : defaultValue;
  }

  /** A number from 0 to less than 1. */
  double share(String key, double defaultValue) {
    double value = number(key, defaultValue);
    if (!(value >= 0 && value < 1)) {
      throw wrong(key, "it must be from 0 to less than 1");
    }
    return value;
  }

  /** The id of a token, or {@code defaultValue} if there is none or a list of several. */
  int token(String key, int defaultValue) {
    JsonNode value = json.path(key);
    if (!value.isNumber()) {
      return defaultValue;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < -1) {
      throw wrong(key, "it must be a whole number from 0 to " + Integer.MAX_VALUE);
    }
    return value.intValue();
  }

  boolean flag(String key, boolean defaultValue) {
    if (has(key) && !json.get(key).isBoolean()) {
      throw wrong(key, "it must be true or false");
    }
    return has(key) ? json.get(key).booleanValue() : defaultValue;
  }

  String text(String key, String defaultValue) {
    return has(key) ? json.get(key).asText() : defaultValue;
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
        "%s: %s %s; %s"
            .formatted(file, key, value.isMissingNode() ? "is missing" : "is " + value, mend));
  }
}
