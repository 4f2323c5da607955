package io.gateau.pipeline.testing;

import io.gateau.pipeline.rank.strategy.SignalInput;
import io.gateau.pipeline.signals.SignalColumns;
import java.util.Arrays;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Made-up rows with the signals of the strategy gateau. */
public final class SignalRows {
  private static final DataType DOUBLES = DataTypes.createArrayType(DataTypes.DoubleType);

  public static final StructType SCHEMA =
      new StructType()
          .add(SignalColumns.ID, DataTypes.StringType, false)
          .add(SignalColumns.STATUS, DataTypes.StringType)
          .add(SignalInput.SHORT_LOSS.column(), DataTypes.DoubleType)
          .add(SignalInput.LONG_LOSS.column(), DataTypes.DoubleType)
          .add(SignalInput.LONG_SEGMENT_ATTENTION.column(), DOUBLES)
          .add(SignalInput.LONG_SEGMENT_LOSS.column(), DOUBLES);

  private SignalRows() {}

  /** A row whose status is ok; perplexities are stored as the losses that they come from. */
  public static Row row(
      String id, double shortPpl, double longPpl, double[] attention, double[] segmentPpl) {
    return RowFactory.create(
        id,
        "ok",
        Math.log(shortPpl),
        Math.log(longPpl),
        attention,
        Arrays.stream(segmentPpl).map(Math::log).toArray());
  }

  public static double[] doubles(double... values) {
    return values;
  }
}
