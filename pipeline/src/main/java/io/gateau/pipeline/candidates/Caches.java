package io.gateau.pipeline.candidates;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** Tables that are persisted until this is closed. */
public final class Caches implements AutoCloseable {
  private final Deque<Dataset<Row>> tables = new ArrayDeque<>();

  /** Persists a table, in memory and on disk. */
  public Dataset<Row> persist(Dataset<Row> table) {
    Dataset<Row> persisted = table.persist(StorageLevel.MEMORY_AND_DISK());
    tables.push(persisted);
    return persisted;
  }

  @Override
  public void close() {
    tables.forEach(Dataset::unpersist);
    tables.clear();
  }
}
