package io.gateau.pipeline.lease;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.QualifiedPath;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The right to change an output folder, held by one process at a time. It is a file that its holder
 * renews. A holder that was killed renews it no more; the next run waits to see that, unless it is
 * on the same machine and finds the process gone.
 */
public final class OutputLease implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(OutputLease.class.getName());

  /** The underscore hides it from Spark. */
  private static final String FILE = "_lease.json";

  private static final Duration RENEWAL = Duration.ofSeconds(10);

  /** A live holder renews it at least twice in this many times {@link #RENEWAL}. */
  private static final int PATIENCE = 3;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileSystem fileSystem;
  private final Path file;
  private final ScheduledThreadPoolExecutor renewals;
  private LeaseHolder holder;
  private volatile Optional<String> lost = Optional.empty();

  private OutputLease(FileSystem fileSystem, Path file, LeaseHolder holder, Duration renewal) {
    this.fileSystem = fileSystem;
    this.file = file;
    this.holder = holder;
    this.renewals =
        new ScheduledThreadPoolExecutor(
            1,
            runnable -> {
              Thread thread = new Thread(runnable, "gateau-lease");
              thread.setDaemon(true);
              return thread;
            });
    var unused =
        renewals.scheduleWithFixedDelay(
            this::renew, renewal.toMillis(), renewal.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Takes the lease of a folder, which need not exist yet.
   *
   * @param work what is done, such as {@code score}
   * @throws InputException if another process holds it, or the folder cannot be written to
   */
  public static OutputLease take(FileSystem fileSystem, Path folder, String work) {
    return take(fileSystem, folder, work, RENEWAL);
  }

  /** Takes a lease that is renewed at this interval. */
  static OutputLease take(FileSystem fileSystem, Path folder, String work, Duration renewal) {
    // Without checksums, which would make two files of one.
    FileSystem plain = fileSystem instanceof LocalFileSystem local ? local.getRaw() : fileSystem;
    Path file = new Path(folder, FILE);
    try {
      while (true) {
        LeaseHolder wanted = LeaseHolder.here(work);
        if (create(plain, file, wanted)) {
          return new OutputLease(plain, file, wanted, renewal);
        }
        requireGone(plain, file, folder, renewal.multipliedBy(PATIENCE));
        plain.delete(file, false);
      }
    } catch (IOException e) {
      throw new InputException(
          "output %s cannot be written to: %s"
              .formatted(QualifiedPath.display(folder), e.getMessage()),
          e);
    }
  }

  /** Whether the file was not there, and is now ours. */
  private static boolean create(FileSystem fileSystem, Path file, LeaseHolder wanted)
      throws IOException {
    if (fileSystem.exists(file)) {
      return false;
    }
    try {
      write(fileSystem, file, wanted, /* overwrite= */ false);
    } catch (FileAlreadyExistsException e) {
      return false;
    }
    // Some stores let both of two writers win; the file is the last one's.
    return read(fileSystem, file).filter(wanted::equals).isPresent();
  }

  /** Returns when the holder is known to be gone, or has let the lease go. */
  private static void requireGone(FileSystem fileSystem, Path file, Path folder, Duration patience)
      throws IOException {
    Optional<LeaseHolder> first = read(fileSystem, file);
    if (first.filter(LeaseHolder::runs).isPresent()) {
      throw inUse(folder, first.get());
    }
    if (first.filter(LeaseHolder::hasEnded).isPresent()) {
      LOG.log(Level.INFO, "Taking over from {0}, which has ended.", first.get());
      return;
    }
    long deadline = System.nanoTime() + patience.toNanos();
    LOG.log(
        Level.WARNING,
        "{0} is in use by {1}; waiting up to {2} s for a sign of life.",
        QualifiedPath.display(folder),
        first.map(LeaseHolder::toString).orElse("an unknown process"),
        patience.toSeconds());
    while (System.nanoTime() < deadline) {
      sleep();
      if (!fileSystem.exists(file)) {
        return;
      }
      Optional<LeaseHolder> now = read(fileSystem, file);
      if (now.isPresent() && !now.equals(first)) {
        throw inUse(folder, now.get());
      }
    }
    LOG.log(Level.INFO, "Taking over: the lease was not renewed.");
  }

  private static InputException inUse(Path folder, LeaseHolder holder) {
    return new InputException(
        "output %s is in use by %s; wait for its end, or name another output"
            .formatted(QualifiedPath.display(folder), holder));
  }

  private static void sleep() {
    try {
      Thread.sleep(500);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for an output folder", e);
    }
  }

  /** Empty while it is being written. */
  private static Optional<LeaseHolder> read(FileSystem fileSystem, Path file) throws IOException {
    try (FSDataInputStream in = fileSystem.open(file)) {
      return Optional.of(JSON.readValue(in.readAllBytes(), LeaseHolder.class));
    } catch (FileNotFoundException | JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static void write(FileSystem fileSystem, Path file, LeaseHolder holder, boolean overwrite)
      throws IOException {
    try (FSDataOutputStream out = fileSystem.create(file, overwrite)) {
      out.write(JSON.writeValueAsBytes(holder));
    }
  }

  private synchronized void renew() {
    try {
      Optional<LeaseHolder> found = read(fileSystem, file);
      if (found.isPresent() && !found.get().id().equals(holder.id())) {
        lost = Optional.of(found.get().toString());
        renewals.shutdown();
        return;
      }
      holder = holder.renewed();
      write(fileSystem, file, holder, /* overwrite= */ true);
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "The lease {0} cannot be renewed, and is tried again: {1}",
          file,
          e.getMessage());
    }
  }

  /**
   * Checks that no other process has taken the lease, as one may after this one stood still.
   *
   * @throws InputException if one has
   */
  public void requireHeld() {
    lost.ifPresent(
        other -> {
          throw new InputException(
              "%s was taken over by %s, because this process had not renewed its lease; nothing more is written"
                  .formatted(QualifiedPath.display(file.getParent()), other));
        });
  }

  /** Lets the lease go. */
  @Override
  public synchronized void close() {
    renewals.shutdownNow();
    try {
      if (lost.isEmpty()) {
        fileSystem.delete(file, false);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file, e);
    }
  }
}
