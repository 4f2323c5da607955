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

  /**
   * Persists a table, at once. What is made of the result is planned without the plan of the table,
   * so that plans do not grow from round to round.
   */
  public Dataset<Row> rows(Dataset<Row> table) {
    Dataset<Row> persisted = persist(table);
    var unused = persisted.count();
    return table.sparkSession().createDataFrame(persisted.javaRDD(), persisted.schema());
  }

  @Override
  public void close() {
    tables.forEach(Dataset::unpersist);
    tables.clear();
  }
}
