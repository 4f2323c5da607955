package io.gateau.pipeline.signals;

import io.gateau.score.Signal;
import io.gateau.score.SignalColumn;
import java.util.List;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The table of one signal, for Spark that reads it and for the tasks that write it. */
final class SignalSchema {
  private SignalSchema() {}

  /** The columns that all signals share. */
  private static final StructType SHARED =
      new StructType()
          .add(SignalColumns.CONTENT_KEY, DataTypes.StringType, false)
          .add(SignalColumns.STATUS, DataTypes.StringType, false)
          .add(SignalColumns.CONTEXT_TOKENS, DataTypes.IntegerType, false)
          .add(SignalColumns.RESPONSE_TOKENS, DataTypes.IntegerType, false)
          .add(SignalColumns.SEQUENCE_TOKENS, DataTypes.IntegerType, false)
          .add(SignalColumns.TRUNCATED, DataTypes.BooleanType, false)
          .add(SignalColumns.ERROR, DataTypes.StringType, true);

  /** The content key alone, for Parquet's reader. */
  static final MessageType CONTENT_KEY =
      Types.buildMessage()
          .required(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named(SignalColumns.CONTENT_KEY)
          .named("content_key");

  /** For Spark; a value is null where the status is not ok. */
  static StructType spark(List<SignalColumn> columns) {
    StructType schema = SHARED;
    for (SignalColumn column : columns) {
      schema = schema.add(column.name(), type(column.type()), true);
    }
    return schema;
  }

  private static DataType type(SignalColumn.Type type) {
    return switch (type) {
      case DOUBLE -> DataTypes.DoubleType;
      case DOUBLES -> DataTypes.createArrayType(DataTypes.DoubleType, false);
      case FLOATS -> DataTypes.createArrayType(DataTypes.FloatType, false);
    };
  }

  /** For Parquet's writer. */
  static MessageType parquet(Signal signal) {
    Types.MessageTypeBuilder message = Types.buildMessage();
    message
        .required(PrimitiveTypeName.BINARY)
        .as(LogicalTypeAnnotation.stringType())
        .named(SignalColumns.CONTENT_KEY);
    message
        .required(PrimitiveTypeName.BINARY)
        .as(LogicalTypeAnnotation.stringType())
        .named(SignalColumns.STATUS);
    message.required(PrimitiveTypeName.INT32).named(SignalColumns.CONTEXT_TOKENS);
    message.required(PrimitiveTypeName.INT32).named(SignalColumns.RESPONSE_TOKENS);
    message.required(PrimitiveTypeName.INT32).named(SignalColumns.SEQUENCE_TOKENS);
    message.required(PrimitiveTypeName.BOOLEAN).named(SignalColumns.TRUNCATED);
    message
        .optional(PrimitiveTypeName.BINARY)
        .as(LogicalTypeAnnotation.stringType())
        .named(SignalColumns.ERROR);
    for (SignalColumn column : signal.columns()) {
      switch (column.type()) {
        case DOUBLE -> message.optional(PrimitiveTypeName.DOUBLE).named(column.name());
        case DOUBLES ->
            message.optionalList().requiredElement(PrimitiveTypeName.DOUBLE).named(column.name());
        case FLOATS ->
            message.optionalList().requiredElement(PrimitiveTypeName.FLOAT).named(column.name());
      }
    }
    return message.named(signal.name().replace('-', '_'));
  }
}
