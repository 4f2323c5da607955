package io.gateau.pipeline.inflight;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The samples that one attempt of a task has in work. It is a file while there are any, and no file
 * else, so a file without a task tells of a JVM that ended. For one thread, {@link #timedOut}
 * apart.
 */
public final class InFlightLog implements AutoCloseable {
  /** A suspect has the JVM to itself, so that only it can have ended it: the write lock. */
  private static final ReentrantReadWriteLock IN_WORK =
      new ReentrantReadWriteLock(/* fair= */ true);

  private final InFlightFolder folder;
  private final String name;
  private final boolean written;
  private final List<String> keys = new ArrayList<>();
  private boolean alone;
  private boolean kept;
  private long begun;

  /**
   * A log without samples.
   *
   * @param name of the file
   * @param written whether there is a file; suspects have one in any case
   */
  public InFlightLog(InFlightFolder folder, String name, boolean written) {
    this.folder = folder;
    this.name = name;
    this.written = written;
  }

  /**
   * Adds a sample that shares its forward passes with others, once no suspect is in work in this
   * JVM.
   *
   * @throws InterruptedException if the task is killed while it waits
   */
  public void begin(String contentKey) throws InterruptedException {
    if (size() == 0) {
      IN_WORK.readLock().lockInterruptibly();
    }
    synchronized (this) {
      add(contentKey);
      if (written) {
        folder.write(name, InFlightFolder.State.TOGETHER, keys);
      }
    }
  }

  /**
   * Adds a suspect, once nothing else is in work in this JVM.
   *
   * @throws InterruptedException if the task is killed while it waits
   */
  public void beginAlone(String contentKey) throws InterruptedException {
    IN_WORK.writeLock().lockInterruptibly();
    synchronized (this) {
      alone = true;
      add(contentKey);
      folder.write(name, InFlightFolder.State.ALONE, keys);
    }
  }

  private void add(String contentKey) {
    if (keys.isEmpty()) {
      begun = System.nanoTime();
    }
    keys.add(contentKey);
  }

  /** Nothing is in work any more. */
  public synchronized void end() {
    if (keys.isEmpty()) {
      return;
    }
    if ((written || alone) && !kept) {
      folder.delete(name);
    }
    keys.clear();
    if (alone) {
      alone = false;
      IN_WORK.writeLock().unlock();
    } else {
      IN_WORK.readLock().unlock();
    }
  }

  /** Writes down that what is in work has exceeded the time limit. The caller ends the JVM. */
  public synchronized void timedOut() {
    folder.write(name, InFlightFolder.State.TIMED_OUT, keys);
  }

  /**
   * Leaves the file behind, as if the JVM had ended: what is in work has broken its device. The
   * caller ends the task.
   */
  public synchronized void keep() {
    kept = true;
    if (!keys.isEmpty() && !written && !alone) {
      folder.write(name, InFlightFolder.State.TOGETHER, keys);
    }
    folder.keep(name);
  }

  /** The number of samples in work. */
  public synchronized int size() {
    return keys.size();
  }

  /** Nanoseconds for each sample in work since the first of them began; 0 if there is none. */
  synchronized long nanosPerSample() {
    return keys.isEmpty() ? 0 : (System.nanoTime() - begun) / keys.size();
  }

  /** Ends what is in work: whatever ended the task, it was an exception and not the JVM. */
  @Override
  public void close() {
    end();
  }
}
