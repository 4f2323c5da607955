package io.gateau.pipeline.rank;

import static org.apache.spark.sql.functions.col;

import io.gateau.math.fit.RowAccumulator;
import io.gateau.math.fit.RowPasses;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;

/**
 * The raw terms of the rows that are ranked, read in passes. The first pass is one Spark job that
 * keeps the terms as arrays of doubles, in memory or, where that is full, on disk. If they are few,
 * the job brings them to the driver too, and later passes run there without a job. Otherwise each
 * pass is one job without a shuffle of rows; only accumulators travel.
 */
final class CachedTerms implements RowPasses, AutoCloseable {
  /** Up to so many rows come to the driver: 4 MB for five terms. */
  private static final int ROWS_ON_DRIVER = 100_000;

  private final JavaRDD<TermBlock> blocks;
  private final int rowsOnDriver;
  private boolean read;
  private Optional<List<TermBlock>> onDriver = Optional.empty();

  private CachedTerms(JavaRDD<TermBlock> blocks, int rowsOnDriver) {
    this.blocks = blocks;
    this.rowsOnDriver = rowsOnDriver;
  }

  /** The terms of the rows without {@link ScoreColumns#EXCLUSION}; nothing is read yet. */
  static CachedTerms of(Dataset<Row> withRawTerms, List<String> terms) {
    return of(withRawTerms, terms, ROWS_ON_DRIVER);
  }

  static CachedTerms of(Dataset<Row> withRawTerms, List<String> terms, int rowsOnDriver) {
    JavaRDD<Row> rows =
        withRawTerms
            .filter(col(ScoreColumns.EXCLUSION).isNull())
            .select(terms.stream().map(functions::col).toArray(Column[]::new))
            .javaRDD();
    int width = terms.size();
    return new CachedTerms(rows.mapPartitions(part -> new TermBlocks(part, width)), rowsOnDriver);
  }

  @Override
  public <A extends RowAccumulator<A>> A pass(A empty) {
    if (!read) {
      readAll();
    }
    if (onDriver.isPresent()) {
      onDriver.get().forEach(block -> block.addTo(empty));
      return empty;
    }
    return blocks.treeAggregate(
        empty,
        (accumulator, block) -> {
          block.addTo(accumulator);
          return accumulator;
        },
        (one, other) -> {
          one.merge(other);
          return one;
        });
  }

  private void readAll() {
    blocks.persist(StorageLevel.MEMORY_AND_DISK());
    read = true;
    onDriver =
        blocks.treeAggregate(new FewRows(rowsOnDriver), FewRows::with, FewRows::with).blocks();
  }

  /** Frees the memory of the executors. */
  @Override
  public void close() {
    if (read) {
      blocks.unpersist(false);
    }
  }

  /** Cuts the rows of a partition into blocks, so that no array grows with the partition. */
  private static final class TermBlocks implements Iterator<TermBlock> {
    private static final int ROWS = 1 << 14;

    private final Iterator<Row> rows;
    private final int width;

    TermBlocks(Iterator<Row> rows, int width) {
      this.rows = rows;
      this.width = width;
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public TermBlock next() {
      double[] numbers = new double[ROWS * width];
      int filled = 0;
      while (filled < numbers.length && rows.hasNext()) {
        Row row = rows.next();
        for (int i = 0; i < width; i++) {
          numbers[filled++] = row.getDouble(i);
        }
      }
      return new TermBlock(width, Arrays.copyOf(numbers, filled));
    }
  }
}
