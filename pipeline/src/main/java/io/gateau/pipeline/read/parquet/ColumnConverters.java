package io.gateau.pipeline.read.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/** Which JSON value a column becomes; there is one for every type that Parquet has. */
final class ColumnConverters implements Converters {

  private final TextCheck check;
  private final boolean bytesAreText;

  ColumnConverters(TextCheck check, boolean bytesAreText) {
    this.check = check;
    this.bytesAreText = bytesAreText;
  }

  /** Whether a column holds bytes that nothing says more about. */
  static boolean isBytes(Type column) {
    return column.isPrimitive()
        && column.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY
        && column.getLogicalTypeAnnotation() == null;
  }

  @Override
  public Converter of(Type type, Consumer<JsonNode> to) {
    if (type.isPrimitive()) {
      return ofPrimitive(type.asPrimitiveType(), to);
    }
    GroupType group = type.asGroupType();
    LogicalTypeAnnotation meaning = group.getLogicalTypeAnnotation();
    if (meaning instanceof ListLogicalTypeAnnotation && ListConverter.isList(group)) {
      return new ListConverter(group, this, to);
    }
    boolean map =
        meaning instanceof MapLogicalTypeAnnotation || meaning instanceof MapKeyValueTypeAnnotation;
    if (map && MapConverter.isMap(group)) {
      return new MapConverter(group, this, to);
    }
    return new StructConverter(group, this, to::accept);
  }

  private Converter ofPrimitive(PrimitiveType type, Consumer<JsonNode> to) {
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN, FLOAT, DOUBLE, INT32, INT64 -> new NumberConverter(type, to);
      case INT96 -> new BytesConverter(Times::int96, to);
      case BINARY, FIXED_LEN_BYTE_ARRAY -> new BytesConverter(ofBytes(type), to);
    };
  }

  private Function<Binary, JsonNode> ofBytes(PrimitiveType type) {
    LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
    boolean text =
        meaning instanceof StringLogicalTypeAnnotation
            || meaning instanceof EnumLogicalTypeAnnotation
            || meaning instanceof JsonLogicalTypeAnnotation;
    if (text || (bytesAreText && isBytes(type))) {
      return check::text;
    }
    if (meaning instanceof DecimalLogicalTypeAnnotation decimal) {
      return bytes ->
          DecimalNode.valueOf(new BigDecimal(new BigInteger(bytes.getBytes()), decimal.getScale()));
    }
    if (meaning instanceof UUIDLogicalTypeAnnotation) {
      return ColumnConverters::uuid;
    }
    if (meaning instanceof Float16LogicalTypeAnnotation) {
      return bytes -> NumberConverter.node(Halves.toFloat(bytes.toByteBuffer()));
    }
    return bytes -> BinaryNode.valueOf(bytes.getBytes());
  }

  private static JsonNode uuid(Binary bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes.getBytes());
    return TextNode.valueOf(new UUID(buffer.getLong(), buffer.getLong()).toString());
  }
}
