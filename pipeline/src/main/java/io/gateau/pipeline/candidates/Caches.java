package io.gateau.pipeline.candidates;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** Tables that are persisted until this is closed. */
public final class Caches implements AutoCloseable {
  private final Deque<Runnable> unpersist = new ArrayDeque<>();

  /** Persists a table, in memory and on disk. */
  public Dataset<Row> persist(Dataset<Row> table) {
    Dataset<Row> persisted = table.persist(StorageLevel.MEMORY_AND_DISK());
    unpersist.push(persisted::unpersist);
    return persisted;
  }

  /**
   * Persists the rows of a table, at once. What is made of the result is planned without the plan
   * of the table, so that plans do not grow from round to round.
   */
  public Dataset<Row> rows(Dataset<Row> table) {
    JavaRDD<Row> rows = table.javaRDD().persist(StorageLevel.MEMORY_AND_DISK_SER());
    unpersist.push(() -> rows.unpersist(false));
    var unused = rows.count();
    return table.sparkSession().createDataFrame(rows, table.schema());
  }

  @Override
  public void close() {
    unpersist.forEach(Runnable::run);
    unpersist.clear();
  }
}
