package io.gateau.pipeline.read.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.FloatNode;
import com.fasterxml.jackson.databind.node.LongNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** Values that are stored as numbers: numbers, truth values, dates and times. */
final class NumberConverter extends PrimitiveConverter {

  private final LongFunction<JsonNode> whole;
  private final Consumer<JsonNode> to;

  NumberConverter(PrimitiveType type, Consumer<JsonNode> to) {
    this.whole = whole(type);
    this.to = to;
  }

  private static LongFunction<JsonNode> whole(PrimitiveType type) {
    LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
    if (meaning instanceof DecimalLogicalTypeAnnotation decimal) {
      return value -> DecimalNode.valueOf(BigDecimal.valueOf(value, decimal.getScale()));
    }
    if (meaning instanceof DateLogicalTypeAnnotation) {
      return Times::date;
    }
    if (meaning instanceof TimeLogicalTypeAnnotation time) {
      return value -> Times.time(value, time.getUnit());
    }
    if (meaning instanceof TimestampLogicalTypeAnnotation time) {
      return value -> Times.timestamp(value, time.getUnit(), time.isAdjustedToUTC());
    }
    if (meaning instanceof IntLogicalTypeAnnotation number && !number.isSigned()) {
      return type.getPrimitiveTypeName() == PrimitiveTypeName.INT32
          ? value -> LongNode.valueOf(Integer.toUnsignedLong((int) value))
          : value -> BigIntegerNode.valueOf(new BigInteger(Long.toUnsignedString(value)));
    }
    return LongNode::valueOf;
  }

  /** A float as it is written; one that is no number as a double, which says so by its name. */
  static JsonNode node(float value) {
    return Float.isFinite(value) ? FloatNode.valueOf(value) : DoubleNode.valueOf(value);
  }

  @Override
  public void addBoolean(boolean value) {
    to.accept(BooleanNode.valueOf(value));
  }

  @Override
  public void addInt(int value) {
    to.accept(whole.apply(value));
  }

  @Override
  public void addLong(long value) {
    to.accept(whole.apply(value));
  }

  @Override
  public void addFloat(float value) {
    to.accept(node(value));
  }

  @Override
  public void addDouble(double value) {
    to.accept(DoubleNode.valueOf(value));
  }
}
