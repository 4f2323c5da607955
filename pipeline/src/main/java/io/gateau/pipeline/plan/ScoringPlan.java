package io.gateau.pipeline.plan;

import io.gateau.model.Work;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What the tasks of a scoring job score: tasks of similar cost, the largest first, each a range of
 * a file below the signals. A task reads its samples there and their texts from the input, so that
 * whatever happens to an executor costs the others nothing. Texts that cannot be read by their
 * place (compressed files, Parquet) are copied into the plan once.
 */
public final class ScoringPlan implements AutoCloseable {
  /** The underscore hides it from Spark. */
  private static final String PREFIX = "_plan-";

  private final Path folder;
  private final Configuration hadoop;
  private final boolean gpu;
  private final List<PlannedTask> tasks;

  ScoringPlan(Path folder, Configuration hadoop, boolean gpu, List<PlannedTask> tasks) {
    this.gpu = gpu;
    this.folder = folder;
    this.hadoop = hadoop;
    this.tasks = List.copyOf(tasks);
  }

  static Path folder(Path signals, String run) {
    return new Path(signals, PREFIX + run);
  }

  /** The tasks, the one with the most work first. */
  public List<PlannedTask> tasks() {
    return tasks;
  }

  /** Whether the tasks run models on GPUs. */
  boolean isForGpus() {
    return gpu;
  }

  /** The work of all tasks. */
  public Work work() {
    return tasks.stream().map(PlannedTask::work).reduce(Work.NONE, Work::plus);
  }

  /** Deletes what is written. */
  @Override
  public void close() {
    delete(folder, hadoop);
  }

  /**
   * Deletes the plans of runs that were killed. No other run may use the store.
   *
   * @param signals the store, qualified
   */
  public static void deleteOld(Path signals, Configuration hadoop) {
    try {
      FileSystem fileSystem = signals.getFileSystem(hadoop);
      if (!fileSystem.exists(signals)) {
        return;
      }
      for (FileStatus status : fileSystem.listStatus(signals)) {
        if (status.getPath().getName().startsWith(PREFIX)) {
          delete(status.getPath(), hadoop);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + signals, e);
    }
  }

  private static void delete(Path folder, Configuration hadoop) {
    try {
      folder.getFileSystem(hadoop).delete(folder, true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }
}
