package io.gateau.pipeline.inflight;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** The folder with the {@link InFlightLog}s of all tasks that have samples in work, or had. */
public final class InFlightFolder {
  /** Where it lies below the signals; the underscore hides it from Spark. */
  private static final String NAME = "_in-flight";

  private final Path folder;
  private final FileSystem fileSystem;

  private InFlightFolder(Path folder, FileSystem fileSystem) {
    this.folder = folder;
    this.fileSystem = fileSystem;
  }

  /** What the samples of a log were doing: the first line of the file. Keys follow it. */
  enum State {
    /** Samples shared their forward passes, or their JVM. */
    TOGETHER,
    /** The sample was the only one in work in its JVM. */
    ALONE,
    /** What was in work exceeded the time limit, which ended the JVM. */
    TIMED_OUT;

    String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * The folder of a store.
   *
   * @param signals the store, qualified
   */
  public static InFlightFolder of(Path signals, Configuration configuration) {
    try {
      FileSystem fileSystem = signals.getFileSystem(configuration);
      // Without checksums, which would make two files of each.
      return new InFlightFolder(
          new Path(signals, NAME),
          fileSystem instanceof LocalFileSystem local ? local.getRaw() : fileSystem);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the file system of " + signals, e);
    }
  }

  /** Whether a file costs next to nothing, so that every sample in work can be written down. */
  public boolean isCheap() {
    return "file".equals(fileSystem.getUri().getScheme());
  }

  /** What all logs tell. */
  public Suspects suspects() {
    return suspects("");
  }

  /** What logs tell whose names begin like this. */
  public Suspects suspects(String prefix) {
    Map<String, Suspicion> suspects = new HashMap<>();
    try {
      for (FileStatus file : fileSystem.listStatus(folder)) {
        if (file.getPath().getName().startsWith(prefix)) {
          add(suspects, lines(file.getPath()));
        }
      }
    } catch (FileNotFoundException e) {
      return Suspects.NONE;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder, e);
    }
    return new Suspects(suspects);
  }

  private List<String> lines(Path file) throws IOException {
    try (FSDataInputStream in = fileSystem.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (FileNotFoundException e) {
      // Its task has ended since the folder was listed.
      return List.of();
    }
  }

  private static void add(Map<String, Suspicion> suspects, List<String> lines) {
    if (lines.isEmpty()) {
      // The JVM ended before the first line was written.
      return;
    }
    List<String> keys = lines.subList(1, lines.size());
    String state = lines.get(0);
    Suspicion suspicion =
        new Suspicion(
            state.equals(State.ALONE.code()) ? 1 : 0,
            state.equals(State.TOGETHER.code()) ? 1 : 0,
            state.equals(State.TIMED_OUT.code()) && keys.size() == 1);
    keys.forEach(key -> suspects.merge(key, suspicion, Suspicion::plus));
  }

  /** Deletes all logs: what they tell is in the store now. */
  public void clear() {
    try {
      fileSystem.delete(folder, true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }

  void write(String name, State state, List<String> keys) {
    Path file = new Path(folder, name);
    if (!OpenLogs.add(file, fileSystem)) {
      return;
    }
    try (FSDataOutputStream out = fileSystem.create(file, true)) {
      out.write(
          "%s\n%s\n"
              .formatted(state.code(), String.join("\n", keys))
              .getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** Leaves a file even if this JVM ends in order. */
  void keep(String name) {
    OpenLogs.remove(new Path(folder, name));
  }

  void delete(String name) {
    Path file = new Path(folder, name);
    try {
      fileSystem.delete(file, false);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file, e);
    }
    OpenLogs.remove(file);
  }
}
