package io.gateau.pipeline.signals;

import io.gateau.pipeline.signals.MergePlan.StoredFile;
import java.io.IOException;
import java.io.Serial;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.util.SerializableConfiguration;

/** Deletes the files of a group that has been copied; those that are gone already are no error. */
final class DeleteTask implements VoidFunction<List<StoredFile>> {
  @Serial private static final long serialVersionUID = 1;

  private final String folder;
  private final SerializableConfiguration configuration;

  /**
   * A task for each group.
   *
   * @param folder of the table, qualified
   */
  DeleteTask(String folder, SerializableConfiguration configuration) {
    this.folder = folder;
    this.configuration = configuration;
  }

  @Override
  public void call(List<StoredFile> group) throws IOException {
    FileSystem fileSystem = new Path(folder).getFileSystem(configuration.value());
    for (StoredFile file : group) {
      fileSystem.delete(new Path(folder, file.name()), false);
    }
  }
}
