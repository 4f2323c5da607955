package io.gateau.pipeline.plan;

import io.gateau.model.Work;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.PendingSamples;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How much is to be scored, by size class: some hundred numbers for any number of samples.
 *
 * @param sizes of each class
 * @param fetched characters of samples whose records cannot be read by their place
 */
public record PendingCount(Map<SizeClass, Size> sizes, long fetched) implements Serializable {
  /**
   * Samples of a class.
   *
   * @param rows how many
   * @param characters of all their texts
   */
  record Size(long rows, long characters) implements Serializable {
    long meanCharacters() {
      return characters / rows;
    }

    Size plus(Size other) {
      return new Size(rows + other.rows, characters + other.characters);
    }
  }

  private static final FlatMapFunction<Iterator<Row>, PendingCount> OF_PARTITION =
      partition -> List.of(of(partition)).iterator();

  /**
   * Counts, in one job.
   *
   * @param pending {@link PendingSamples}
   */
  public static PendingCount of(Dataset<Row> pending) {
    return pending
        .select(PendingSamples.STORED, RecordColumns.CHARACTERS, RecordColumns.OFFSET)
        .javaRDD()
        .mapPartitions(OF_PARTITION)
        .collect()
        .stream()
        .reduce(new PendingCount(Map.of(), 0), PendingCount::plus);
  }

  private static PendingCount of(Iterator<Row> rows) {
    Map<SizeClass, Size> sizes = new HashMap<>();
    long fetched = 0;
    while (rows.hasNext()) {
      Row row = rows.next();
      long characters = row.getLong(1);
      sizes.merge(SizeClass.of(row.getLong(0), characters), new Size(1, characters), Size::plus);
      if (row.isNullAt(2)) {
        fetched += characters;
      }
    }
    return new PendingCount(sizes, fetched);
  }

  private PendingCount plus(PendingCount other) {
    Map<SizeClass, Size> all = new HashMap<>(sizes);
    other.sizes.forEach((key, size) -> all.merge(key, size, Size::plus));
    return new PendingCount(all, fetched + other.fetched);
  }

  /** Distinct texts. */
  public long rows() {
    return sizes.values().stream().mapToLong(Size::rows).sum();
  }

  /** The work of all of them. */
  public Work work(PendingCost cost) {
    return sizes.entrySet().stream()
        .map(
            size ->
                cost.of(size.getValue().meanCharacters(), size.getKey().stored())
                    .times(size.getValue().rows()))
        .reduce(Work.NONE, Work::plus);
  }

  /** Characters of these texts. */
  public long characters() {
    return sizes.values().stream().mapToLong(Size::characters).sum();
  }
}
