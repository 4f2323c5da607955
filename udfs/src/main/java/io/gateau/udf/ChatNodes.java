package io.gateau.udf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.gateau.chat.ChatFields;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Makes the JSON of a chat that Spark holds in columns, so that the rules of the reader apply to
 * it. Turns are structs or maps. What is no text, array, struct or map becomes null: no rule asks
 * for it.
 */
final class ChatNodes {
  private boolean utf8 = true;

  private ChatNodes() {}

  /** Why no value of a type can be a chat; empty if one can. */
  static Optional<String> fault(DataType type) {
    if (type instanceof NullType) {
      return Optional.empty();
    }
    if (!(type instanceof ArrayType array)) {
      return Optional.of(
          "a chat is an array of turns, such as array<struct<role: string, content: string>>, not %s; read JSON text with from_json first"
              .formatted(type.simpleString()));
    }
    DataType turn = array.elementType();
    if (turn instanceof NullType || turn instanceof MapType) {
      return Optional.empty();
    }
    if (!(turn instanceof StructType struct)) {
      return Optional.of(
          "a turn is a struct or a map with role and content, or from and value, not %s"
              .formatted(turn.simpleString()));
    }
    List<String> names = Arrays.asList(struct.fieldNames());
    for (ChatFields fields : ChatFields.values()) {
      if (names.contains(fields.speaker()) && names.contains(fields.text())) {
        return Optional.empty();
      }
    }
    return Optional.of(
        "a turn has the fields %s; it needs role and content, or from and value, in lower case"
            .formatted(names));
  }

  /**
   * The JSON of a chat; empty if one of its texts is not UTF-8.
   *
   * @param turn type of its elements
   */
  static Optional<JsonNode> of(ArrayData chat, DataType turn) {
    ChatNodes nodes = new ChatNodes();
    JsonNode array = nodes.array(chat, turn);
    return nodes.utf8 ? Optional.of(array) : Optional.empty();
  }

  /** How the turns of a chat are written down: by who its first turn says that it is from. */
  static ChatFields fields(JsonNode chat) {
    return chat.path(0).hasNonNull(ChatFields.CONVERSATIONS.speaker())
            && !chat.path(0).hasNonNull(ChatFields.MESSAGES.speaker())
        ? ChatFields.CONVERSATIONS
        : ChatFields.MESSAGES;
  }

  private JsonNode value(SpecializedGetters values, int i, DataType type) {
    if (values.isNullAt(i)) {
      return NullNode.getInstance();
    } else if (type instanceof StringType) {
      return text(values.getUTF8String(i));
    } else if (type instanceof ArrayType array) {
      return array(values.getArray(i), array.elementType());
    } else if (type instanceof StructType struct) {
      return struct(values.getStruct(i, struct.fields().length), struct);
    } else if (type instanceof MapType map) {
      return map(values.getMap(i), map);
    }
    return NullNode.getInstance();
  }

  private TextNode text(UTF8String text) {
    utf8 &= text.isValid();
    return TextNode.valueOf(text.toString());
  }

  private ArrayNode array(ArrayData values, DataType type) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode(values.numElements());
    for (int i = 0; i < values.numElements(); i++) {
      array.add(value(values, i, type));
    }
    return array;
  }

  private ObjectNode struct(SpecializedGetters row, StructType type) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    StructField[] fields = type.fields();
    for (int i = 0; i < fields.length; i++) {
      object.set(fields[i].name(), value(row, i, fields[i].dataType()));
    }
    return object;
  }

  private ObjectNode map(MapData entries, MapType type) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < entries.numElements(); i++) {
      object.set(
          value(entries.keyArray(), i, type.keyType()).asText(),
          value(entries.valueArray(), i, type.valueType()));
    }
    return object;
  }
}
