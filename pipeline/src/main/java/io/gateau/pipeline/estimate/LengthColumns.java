package io.gateau.pipeline.estimate;

import io.gateau.pipeline.samples.SampleColumns;
import io.gateau.pipeline.signals.PendingSamples;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns of records whose lengths are known: those of the narrow table, and these. */
final class LengthColumns {
  /** The start token: 0 or 1. Null, as all of these, where the record was not tokenized. */
  static final String START = "start_tokens";

  /** The context, cut to what max-tokens leaves room for. */
  static final String CONTEXT = "context_tokens";

  /** The prefix, the instruction and the template around it. */
  static final String AROUND = "around_tokens";

  static final String RESPONSE = "response_tokens";

  /** Whether the context was cut. */
  static final String CUT = "cut";

  /** Why nothing of it can be scored: the code of a {@code SampleStatus}; null if it can. */
  static final String STATUS = "status";

  static final StructType SCHEMA = schema();

  private LengthColumns() {}

  private static StructType schema() {
    StructType schema = new StructType();
    for (StructField field : SampleColumns.SCHEMA.fields()) {
      schema = schema.add(field);
    }
    return schema
        // The signals that are not defined for it, as bits: they cost nothing.
        .add(PendingSamples.STORED, DataTypes.LongType, false)
        .add(START, DataTypes.IntegerType, true)
        .add(CONTEXT, DataTypes.IntegerType, true)
        .add(AROUND, DataTypes.IntegerType, true)
        .add(RESPONSE, DataTypes.IntegerType, true)
        .add(CUT, DataTypes.BooleanType, true)
        .add(STATUS, DataTypes.StringType, true);
  }
}
