package io.gateau.pipeline.read.parquet;

import io.gateau.pipeline.read.file.InputFile;
import java.io.Serial;
import java.io.Serializable;

/**
 * A row group of a Parquet file: what one task reads at least.
 *
 * @param number its place among the row groups of the file, counted from 0
 * @param before how many rows stand in front of it
 * @param rows how many rows it has
 * @param bytes of its columns, not compressed
 */
record RowGroup(InputFile file, int number, long before, long rows, long bytes)
    implements Serializable {

  @Serial private static final long serialVersionUID = 1;

  /** Whether the filter keeps any of its rows. */
  boolean hasKept(RowFilter filter) {
    for (long record = before + 1; record <= before + rows; record++) {
      if (filter.keeps(file.path(), record)) {
        return true;
      }
    }
    return false;
  }
}
