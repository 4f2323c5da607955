package io.gateau.pipeline;

import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.QualifiedPath;
import io.gateau.pipeline.read.record.ReadConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** An input with full paths, for commands that are started in another directory. */
final class QualifiedInput {
  private QualifiedInput() {}

  /**
   * The same input with full paths; tables stay as they are.
   *
   * @throws InputException if one is no path
   */
  static ReadConfig of(SparkSession spark, ReadConfig input) {
    List<String> paths = new ArrayList<>();
    for (String path : input.input()) {
      if (ReadConfig.isTable(path)) {
        paths.add(path);
        continue;
      }
      try {
        paths.add(QualifiedPath.text(spark, path));
      } catch (IOException e) {
        throw new InputException(
            "the input %s cannot be used: %s".formatted(path, e.getMessage()), e);
      }
    }
    return input.withInput(paths);
  }
}
