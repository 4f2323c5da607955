package io.gateau.pipeline.samples;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.gateau.pipeline.read.parquet.RowFilter;
import io.gateau.pipeline.read.record.RecordColumns;
import java.io.Serial;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Which rows of tables are wanted, by the last bits of their hashes: a few per cent of the others
 * are kept too. It takes 2 to 4 bytes for a wanted row.
 */
final class WantedHashes implements RowFilter {
  @Serial private static final long serialVersionUID = 1;

  /** The least number of bits: one of the pieces that {@link WantedRecords} holds. */
  private static final long FEWEST = 1 << 15;

  /** Of these, a power of two, one or none is set for a wanted row. */
  private static final int BITS_PER_ROW = 16;

  private final long mask;
  private final WantedRecords wanted;

  private WantedHashes(long mask, WantedRecords wanted) {
    this.mask = mask;
    this.wanted = wanted;
  }

  /** The records of these rows, by their columns file and record; two Spark jobs. */
  static WantedHashes of(Dataset<Row> rows) {
    long mask = Math.max(FEWEST, Long.highestOneBit(rows.count()) * 2 * BITS_PER_ROW) - 1;
    Dataset<Row> masked =
        rows.select(
            col(RecordColumns.FILE),
            col(RecordColumns.RECORD).bitwiseAND(lit(mask)).plus(lit(1L)).as(RecordColumns.RECORD));
    return new WantedHashes(mask, WantedRecords.of(masked));
  }

  @Override
  public boolean keeps(String table, long hash) {
    return wanted.keeps(table, 1 + (hash & mask));
  }
}
