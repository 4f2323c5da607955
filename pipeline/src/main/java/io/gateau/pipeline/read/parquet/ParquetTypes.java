package io.gateau.pipeline.read.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Tells apart what looks alike in the JSON of a Parquet row: there NaN, the infinities and bytes
 * are strings too (bytes in base64), and would be read as text.
 */
final class ParquetTypes implements Serializable {

  @Serial private static final long serialVersionUID = 1;

  /** The columns that are one text each. */
  static final Set<String> TEXT =
      Set.of("id", "source", "dataset", "context", "instruction", "response", "input", "output");

  /** The columns that hold the texts of a chat. */
  private static final Set<String> CHAT = Set.of("messages", "conversations");

  private final StructType schema;

  ParquetTypes(StructType schema) {
    this.schema = schema;
  }

  /** Restores numbers and bytes in the columns that are used, in place; returns the record. */
  JsonNode restored(JsonNode record) {
    if (record instanceof ObjectNode row) {
      for (StructField field : schema.fields()) {
        if (TEXT.contains(field.name()) || CHAT.contains(field.name())) {
          restore(row, field.name(), field.dataType());
        }
      }
    }
    return record;
  }

  private static void restore(ObjectNode object, String name, DataType type) {
    JsonNode value = object.get(name);
    if (value != null) {
      object.set(name, restored(value, type));
    }
  }

  private static JsonNode restored(JsonNode value, DataType type) {
    if (value.isTextual() && (type instanceof DoubleType || type instanceof FloatType)) {
      return DoubleNode.valueOf(Double.parseDouble(value.textValue()));
    }
    if (value.isTextual() && type instanceof BinaryType) {
      return BinaryNode.valueOf(new byte[0]); // What they are is never looked at.
    }
    if (value instanceof ArrayNode array && type instanceof ArrayType list) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, restored(array.get(i), list.elementType()));
      }
    } else if (value instanceof ObjectNode object && type instanceof StructType struct) {
      for (StructField field : struct.fields()) {
        restore(object, field.name(), field.dataType());
      }
    } else if (value instanceof ObjectNode object && type instanceof MapType map) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      names.forEach(name -> restore(object, name, map.valueType()));
    }
    return value;
  }
}
