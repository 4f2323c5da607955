package io.gateau.pipeline.signals;

import io.gateau.pipeline.read.record.RecordColumns;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Names and types of the stored columns: METHOD, stored columns. */
public final class Columns {
  public static final String ID = RecordColumns.ID;
  public static final String SOURCE = RecordColumns.SOURCE;
  public static final String ORIGINAL = RecordColumns.ORIGINAL;

  /** A {@link io.gateau.score.SampleStatus} code. */
  public static final String STATUS = "status";

  public static final String CONTEXT_TOKENS = "context_tokens";
  public static final String RESPONSE_TOKENS = "response_tokens";

  /** Tokens of the full sequence as the models read it. */
  public static final String SEQUENCE_TOKENS = "sequence_tokens";

  public static final String SEGMENTS = "segments";
  public static final String TRUNCATED = "truncated";
  public static final String SHORT_PPL = "short_ppl";
  public static final String LONG_PPL = "long_ppl";
  public static final String SEGMENT_PPL = "segment_ppl";
  public static final String SEGMENT_ATTENTION = "segment_attention";

  /** What decides {@link #SHORT_PPL}: a hash of id, content, short model and settings. */
  public static final String SHORT_KEY = "short_key";

  /** What decides the long model's signals: a hash of id, content, long model and settings. */
  public static final String LONG_KEY = "long_key";

  public static final String HMP = "hmp";
  public static final String CAS = "cas";
  public static final String SCORE = "score";

  /** 1 = best. */
  public static final String RANK = "rank";

  public static final String SELECTED = "selected";

  private static final DataType DOUBLES = DataTypes.createArrayType(DataTypes.DoubleType, false);

  /** The table of raw signals: one row per scored sample and pair of keys. */
  public static final StructType SIGNALS =
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

  /** The columns of {@code scores} and, with the original row behind them, of {@code selected}. */
  public static final List<String> SCORES =
      List.of(
          ID,
          SOURCE,
          STATUS,
          CONTEXT_TOKENS,
          RESPONSE_TOKENS,
          SEQUENCE_TOKENS,
          SEGMENTS,
          TRUNCATED,
          SHORT_PPL,
          LONG_PPL,
          SEGMENT_PPL,
          SEGMENT_ATTENTION,
          HMP,
          CAS,
          SCORE,
          RANK,
          SELECTED);

  private Columns() {}
}
