package io.gateau.pipeline.samples;

import static org.apache.spark.sql.functions.bitmap_bit_position;
import static org.apache.spark.sql.functions.bitmap_bucket_number;
import static org.apache.spark.sql.functions.bitmap_construct_agg;
import static org.apache.spark.sql.functions.col;

import io.gateau.pipeline.read.parquet.RowFilter;
import io.gateau.pipeline.read.record.RecordColumns;
import java.io.Serial;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Which records of which files are wanted, as bitmaps: a bit for each record of a file, 4 KiB at
 * least. Ten million records are 1.2 MB, small enough for the driver and every task.
 */
final class WantedRecords implements RowFilter {
  @Serial private static final long serialVersionUID = 1;

  /** The records of one of Spark's buckets, the first of which has the number 1. */
  private static final long BUCKET = 1 << 15;

  private final Map<String, Map<Long, BitSet>> buckets = new HashMap<>();

  private WantedRecords() {}

  /** The records of these rows, by their columns file and record; one Spark job. */
  static WantedRecords of(Dataset<Row> rows) {
    WantedRecords wanted = new WantedRecords();
    rows.groupBy(col(RecordColumns.FILE), bitmap_bucket_number(col(RecordColumns.RECORD)))
        .agg(bitmap_construct_agg(bitmap_bit_position(col(RecordColumns.RECORD))))
        .collectAsList()
        .forEach(
            row ->
                wanted
                    .buckets
                    .computeIfAbsent(row.getString(0), file -> new HashMap<>())
                    .put(row.getLong(1), BitSet.valueOf(row.<byte[]>getAs(2))));
    return wanted;
  }

  /** The files of the records. */
  Set<String> files() {
    return Set.copyOf(buckets.keySet());
  }

  @Override
  public boolean keeps(String file, long record) {
    BitSet bucket = buckets.getOrDefault(file, Map.of()).get(1 + (record - 1) / BUCKET);
    return bucket != null && bucket.get((int) ((record - 1) % BUCKET));
  }
}
