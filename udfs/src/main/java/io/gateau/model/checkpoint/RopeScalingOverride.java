package io.gateau.model.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A rotary scaling that replaces config.json's, by which one checkpoint becomes a homologous pair.
 * Its text is checked here; {@link RotaryScalingReader} reads its numbers.
 *
 * @param json an object as under {@code rope_scaling} of config.json, its keys sorted; empty for
 *     config.json's own scaling
 */
public record RopeScalingOverride(String json) implements Serializable {
  /** The scaling that config.json states. */
  public static final RopeScalingOverride CONFIGURED = new RopeScalingOverride("");

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String TYPE = "rope_type";
  private static final String FACTOR = "factor";
  private static final String ORIGINAL_LENGTH = "original_max_position_embeddings";

  private static final String SYNTAX =
      "use none, linear:4, dynamic:2, yarn:4, yarn:4:32768, llama3:8, llama3:8:8192 or the JSON"
          + " object of a model card's rope_scaling";

  /** The types, and the keys that each may have beside {@code rope_type}. */
  private static final Map<String, Set<String>> KEYS =
      new TreeMap<>(
          Map.of(
              "default",
              Set.of(),
              "linear",
              Set.of(FACTOR),
              "dynamic",
              Set.of(FACTOR),
              "llama3",
              Set.of(FACTOR, "low_freq_factor", "high_freq_factor", ORIGINAL_LENGTH),
              "yarn",
              Set.of(
                  FACTOR,
                  ORIGINAL_LENGTH,
                  "beta_fast",
                  "beta_slow",
                  "mscale",
                  "mscale_all_dim",
                  "truncate",
                  "attention_factor"),
              "longrope",
              Set.of(FACTOR, ORIGINAL_LENGTH, "short_factor", "long_factor", "attention_factor")));

  public RopeScalingOverride {
    if (json == null) {
      throw new IllegalArgumentException("the rotary scaling is missing");
    }
  }

  /**
   * Reads {@code none}, {@code linear:FACTOR}, {@code dynamic:FACTOR}, {@code
   * yarn:FACTOR[:ORIGINAL]} or {@code llama3:FACTOR[:ORIGINAL]}, or a JSON object as model cards
   * give it for {@code rope_scaling}. ORIGINAL is the length, in tokens, before stretching. The
   * frequency factors of {@code llama3:FACTOR} are those of Llama 3.1, 1 and 4.
   *
   * @throws IllegalArgumentException if it is none of these, with the way out after a semicolon
   */
  public static RopeScalingOverride of(String text) {
    String given = text.strip();
    ObjectNode object = given.startsWith("{") ? parsed(given) : compact(given);
    String type = object.path(TYPE).asText();
    Set<String> keys = KEYS.get(type);
    TreeSet<String> unknown = new TreeSet<>();
    object.fieldNames().forEachRemaining(unknown::add);
    unknown.remove(TYPE);
    unknown.removeAll(keys);
    if (!unknown.isEmpty()) {
      throw wrong(
          given,
          "has %s, which is not part of %s".formatted(unknown.first(), type),
          "its keys are rope_type" + (keys.isEmpty() ? "" : ", " + list(keys)));
    }
    if (keys.contains(FACTOR) && object.has(FACTOR)) {
      positive(given, object, FACTOR);
    }
    if (object.has(ORIGINAL_LENGTH)) {
      positive(given, object, ORIGINAL_LENGTH);
    }
    if (!object.has(FACTOR) && Set.of("linear", "dynamic", "llama3").contains(type)) {
      throw wrong(given, "has no factor", "as in %s:4".formatted(type));
    }
    if ("longrope".equals(type) && !(object.has("short_factor") && object.has("long_factor"))) {
      throw wrong(
          given,
          "lacks short_factor or long_factor",
          "longrope has a number for every pair, so give the JSON object of the model card, or"
              + " leave it out to use config.json's");
    }
    return new RopeScalingOverride(sorted(object));
  }

  /** Whether config.json's own scaling is used. */
  public boolean isConfigured() {
    return json.isEmpty();
  }

  /** The object, as it would be under {@code rope_scaling} of config.json. */
  JsonNode object() {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the rotary scaling %s is no JSON".formatted(json), e);
    }
  }

  private static ObjectNode compact(String given) {
    String[] parts = given.split(":", -1);
    String type = "none".equals(parts[0]) ? "default" : parts[0];
    ObjectNode object = JSON.createObjectNode().put(TYPE, type);
    if (!KEYS.containsKey(type)) {
      throw unknown(given);
    }
    int most = KEYS.get(type).contains(ORIGINAL_LENGTH) ? 3 : KEYS.get(type).isEmpty() ? 1 : 2;
    if (parts.length > most) {
      throw wrong(
          given, "has %d parts where %s has %d".formatted(parts.length, type, most), SYNTAX);
    }
    try {
      if (parts.length > 1) {
        object.put(FACTOR, Double.parseDouble(parts[1]));
      }
      if (parts.length > 2) {
        object.put(ORIGINAL_LENGTH, Integer.parseInt(parts[2]));
      }
    } catch (NumberFormatException e) {
      throw wrong(given, "has a part that is no number", SYNTAX);
    }
    if ("yarn".equals(type) && parts.length == 1) {
      throw wrong(given, "has no factor", "as in yarn:4");
    }
    if ("llama3".equals(type)) {
      object.put("low_freq_factor", 1.0).put("high_freq_factor", 4.0);
    }
    return object;
  }

  private static ObjectNode parsed(String given) {
    ObjectNode object;
    try {
      object = (ObjectNode) JSON.readTree(given);
    } catch (JsonProcessingException e) {
      throw wrong(given, "is not valid JSON (%s)".formatted(e.getOriginalMessage()), SYNTAX);
    }
    JsonNode old = object.remove("type");
    if (old != null && !object.has(TYPE)) {
      object.set(TYPE, old);
    }
    // The name of longrope in the first Phi-3 checkpoints.
    if ("su".equals(object.path(TYPE).asText())) {
      object.put(TYPE, "longrope");
    }
    if (!KEYS.containsKey(object.path(TYPE).asText())) {
      throw unknown(given);
    }
    for (String key : new String[] {"rope_theta", "partial_rotary_factor"}) {
      if (object.has(key)) {
        throw wrong(
            given,
            "has %s, which is no scaling".formatted(key),
            "take it out, and give another rotary base as rope-theta");
      }
    }
    object.properties().removeIf(entry -> entry.getValue().isNull());
    return object;
  }

  private static IllegalArgumentException unknown(String given) {
    return wrong(given, "is not known", SYNTAX);
  }

  private static void positive(String given, ObjectNode object, String key) {
    JsonNode value = object.get(key);
    boolean whole = key.equals(ORIGINAL_LENGTH);
    if (!value.isNumber()
        || !(value.doubleValue() > 0)
        || Double.isInfinite(value.doubleValue())
        || (whole && !value.canConvertToExactIntegral())) {
      throw wrong(
          given,
          "has %s %s".formatted(key, value),
          "it must be a positive " + (whole ? "whole number of tokens" : "number"));
    }
  }

  private static IllegalArgumentException wrong(String given, String what, String mend) {
    // The text after the first semicolon of a message is the way out.
    return new IllegalArgumentException(
        "rope-scaling %s %s; %s".formatted(given.replace(';', ','), what, mend));
  }

  private static String sorted(ObjectNode object) {
    ObjectNode sorted = JSON.createObjectNode();
    new TreeSet<>(object.properties().stream().map(Map.Entry::getKey).toList())
        .forEach(key -> sorted.set(key, object.get(key)));
    return sorted.toString();
  }

  private static String list(Set<String> keys) {
    return String.join(", ", new TreeSet<>(keys));
  }
}
