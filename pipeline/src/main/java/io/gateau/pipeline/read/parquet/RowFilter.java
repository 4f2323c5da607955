package io.gateau.pipeline.read.parquet;

import java.io.Serializable;

/** Which rows of Parquet files are read. */
@FunctionalInterface
public interface RowFilter extends Serializable {

  /**
   * Whether a row is read.
   *
   * @param file as it stands in {@code RecordColumns.FILE}
   * @param record the number of the row in its file, counted from 1
   */
  boolean keeps(String file, long record);
}
