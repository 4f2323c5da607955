package io.gateau.chat;

import com.fasterxml.jackson.databind.JsonNode;

/** JSON types in words. */
public final class JsonTypes {

  private JsonTypes() {}

  /**
   * The type of a value with its article, as a sentence needs it: {@code a number}; NaN and
   * infinity by name.
   */
  public static String describe(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "an array";
      case BOOLEAN -> "a boolean";
      case NULL -> "null";
      case NUMBER ->
          value.isDouble() && !Double.isFinite(value.doubleValue()) ? value.asText() : "a number";
      case OBJECT -> "an object";
      case STRING -> "a string";
      case MISSING -> "missing";
      case BINARY -> "bytes";
      case POJO -> "not JSON";
    };
  }
}
