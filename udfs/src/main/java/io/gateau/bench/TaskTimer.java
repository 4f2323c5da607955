package io.gateau.bench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Times work that several threads do at once, as the tasks of an executor do. */
final class TaskTimer implements AutoCloseable {
  private final int tasks;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  TaskTimer(int tasks) {
    this.tasks = tasks;
  }

  int tasks() {
    return tasks;
  }

  /** Seconds until every task has done the work; this thread runs the first task. */
  double seconds(Runnable work) {
    long start = System.nanoTime();
    CompletableFuture<?>[] running =
        IntStream.range(1, tasks)
            .mapToObj(task -> CompletableFuture.runAsync(work, threads))
            .toArray(CompletableFuture<?>[]::new);
    work.run();
    CompletableFuture.allOf(running).join();
    return (System.nanoTime() - start) / 1e9;
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
