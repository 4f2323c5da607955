package io.gateau.pipeline.read.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.FloatNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.gateau.pipeline.read.parquet.Times;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Makes a JSON object of each row of a table, as Parquet's rows become one; nulls and all columns
 * are kept. What JSON has no value for, such as an interval, becomes text.
 */
final class RowNodes {

  private final StructType schema;
  private boolean utf8;

  /** For rows of this schema. */
  RowNodes(StructType schema) {
    this.schema = schema;
  }

  /** The row as JSON. */
  ObjectNode node(InternalRow row) {
    utf8 = true;
    return struct(row, schema);
  }

  /** Whether all texts of the last row were UTF-8: not every format checks it. */
  boolean isUtf8() {
    return utf8;
  }

  private ObjectNode struct(InternalRow row, StructType type) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    StructField[] fields = type.fields();
    for (int i = 0; i < fields.length; i++) {
      object.set(fields[i].name(), value(row, i, fields[i].dataType()));
    }
    return object;
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
    return plain(values, i, type);
  }

  private static JsonNode plain(SpecializedGetters values, int i, DataType type) {
    if (type instanceof BooleanType) {
      return BooleanNode.valueOf(values.getBoolean(i));
    } else if (type instanceof ByteType) {
      return LongNode.valueOf(values.getByte(i));
    } else if (type instanceof ShortType) {
      return LongNode.valueOf(values.getShort(i));
    } else if (type instanceof IntegerType) {
      return LongNode.valueOf(values.getInt(i));
    } else if (type instanceof LongType) {
      return LongNode.valueOf(values.getLong(i));
    } else if (type instanceof FloatType) {
      float value = values.getFloat(i);
      // One that is no number as a double, which says so by its name.
      return Float.isFinite(value) ? FloatNode.valueOf(value) : DoubleNode.valueOf(value);
    } else if (type instanceof DoubleType) {
      return DoubleNode.valueOf(values.getDouble(i));
    } else if (type instanceof DecimalType decimal) {
      return DecimalNode.valueOf(
          values.getDecimal(i, decimal.precision(), decimal.scale()).toJavaBigDecimal());
    } else if (type instanceof BinaryType) {
      return BinaryNode.valueOf(values.getBinary(i));
    } else if (type instanceof DateType) {
      return Times.date(values.getInt(i));
    } else if (type instanceof TimestampType) {
      return Times.timestamp(values.getLong(i), TimeUnit.MICROS, /* adjusted= */ true);
    } else if (type instanceof TimestampNTZType) {
      return Times.timestamp(values.getLong(i), TimeUnit.MICROS, /* adjusted= */ false);
    }
    return TextNode.valueOf(values.get(i, type).toString());
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

  /** A map as an object; keys that are no text become their text. */
  private ObjectNode map(MapData entries, MapType type) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < entries.numElements(); i++) {
      JsonNode key = value(entries.keyArray(), i, type.keyType());
      object.set(
          key.isContainerNode() ? key.toString() : key.asText(),
          value(entries.valueArray(), i, type.valueType()));
    }
    return object;
  }
}
