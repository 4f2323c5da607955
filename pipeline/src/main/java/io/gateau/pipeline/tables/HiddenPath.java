package io.gateau.pipeline.tables;

import java.util.UUID;
import org.apache.hadoop.fs.Path;

/** New names beside tables that readers pass over. */
final class HiddenPath {
  private HiddenPath() {}

  static Path of(Path folder, String name) {
    return new Path(folder, "_" + name + "-" + UUID.randomUUID());
  }
}
