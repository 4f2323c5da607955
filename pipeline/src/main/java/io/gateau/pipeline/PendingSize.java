package io.gateau.pipeline;

import io.gateau.pipeline.read.record.RecordColumns;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How much is to be scored.
 *
 * @param rows distinct texts
 * @param characters of these texts
 */
record PendingSize(long rows, long characters) implements Serializable {
  /** Of rows that hold nothing but their characters. */
  private static final FlatMapFunction<Iterator<Row>, PendingSize> OF_PARTITION =
      partition -> {
        long rows = 0;
        long characters = 0;
        while (partition.hasNext()) {
          rows++;
          characters += partition.next().getLong(0);
        }
        return List.of(new PendingSize(rows, characters)).iterator();
      };

  /** Counts, in one job. */
  static PendingSize of(Dataset<Row> pending) {
    return pending
        .select(RecordColumns.CHARACTERS)
        .javaRDD()
        .mapPartitions(OF_PARTITION)
        .collect()
        .stream()
        .reduce(new PendingSize(0, 0), PendingSize::plus);
  }

  private PendingSize plus(PendingSize other) {
    return new PendingSize(rows + other.rows, characters + other.characters);
  }
}
