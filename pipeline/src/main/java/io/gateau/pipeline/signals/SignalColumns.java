package io.gateau.pipeline.signals;

import io.gateau.pipeline.read.record.RecordColumns;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The columns of the stored signals: docs/method.md, "Raw signals". */
public final class SignalColumns {
  /** The sample's id. */
  public static final String ID = RecordColumns.ID;

  /** Where the sample came from; nullable. */
  public static final String SOURCE = RecordColumns.SOURCE;

  /** A {@link io.gateau.score.SampleStatus} code. */
  public static final String STATUS = "status";

  /** Tokens of the context, after truncation to the token limit. */
  public static final String CONTEXT_TOKENS = "context_tokens";

  /** Tokens of the response. */
  public static final String RESPONSE_TOKENS = "response_tokens";

  /** Tokens of the full sequence: start token, template, context, instruction and response. */
  public static final String SEQUENCE_TOKENS = "sequence_tokens";

  /** Segments of the context. */
  public static final String SEGMENTS = "segments";

  /** Whether tokens were dropped from the left of the context. */
  public static final String TRUNCATED = "truncated";

  /** Perplexity of the response under the short model, at least 1; null if it was not computed. */
  public static final String SHORT_PPL = "short_ppl";

  /** Perplexity of the response under the long model, at least 1; null if it was not computed. */
  public static final String LONG_PPL = "long_ppl";

  /**
   * Perplexity of the response with each segment in place of the context; null if it was not
   * computed.
   */
  public static final String SEGMENT_PPL = "segment_ppl";

  /**
   * Mean attention from the response to each segment's tokens, in [0, 1]; null if it was not
   * computed.
   */
  public static final String SEGMENT_ATTENTION = "segment_attention";

  /** Key of {@link #SHORT_PPL}: a hash of id, texts and the short model's {@link PassConfig}. */
  public static final String SHORT_KEY = "short_key";

  /** Key of the long model's signals: a hash of id, texts and its {@link PassConfig}. */
  public static final String LONG_KEY = "long_key";

  private static final DataType DOUBLES = DataTypes.createArrayType(DataTypes.DoubleType, false);

  /** The table of raw signals: one row per scored sample and pair of keys. */
  static final StructType SCHEMA =
      new StructType()
          .add(ID, DataTypes.StringType, false)
          .add(SOURCE, DataTypes.StringType, true)
          .add(STATUS, DataTypes.StringType, false)
          .add(CONTEXT_TOKENS, DataTypes.IntegerType, false)
          .add(RESPONSE_TOKENS, DataTypes.IntegerType, false)
          .add(SEQUENCE_TOKENS, DataTypes.IntegerType, false)
          .add(SEGMENTS, DataTypes.IntegerType, false)
          .add(TRUNCATED, DataTypes.BooleanType, false)
          .add(SHORT_PPL, DataTypes.DoubleType, true)
          .add(LONG_PPL, DataTypes.DoubleType, true)
          .add(SEGMENT_PPL, DOUBLES, true)
          .add(SEGMENT_ATTENTION, DOUBLES, true)
          .add(SHORT_KEY, DataTypes.StringType, false)
          .add(LONG_KEY, DataTypes.StringType, false);

  private SignalColumns() {}
}
