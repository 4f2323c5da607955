package io.gateau.jobs.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A process, most often a JVM, whose output goes to two files, so that no full pipe can stop it.
 */
final class ChildProcess implements AutoCloseable {

  private static final int TAIL_LINES = 40;
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration DEATH = Duration.ofSeconds(20);

  private final String name;
  private final Process process;
  private final Path stdout;
  private final Path stderr;

  private ChildProcess(String name, Process process, Path stdout, Path stderr) {
    this.name = name;
    this.process = process;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /**
   * Starts a JVM with Spark's options in the working directory of this one.
   *
   * @param name names the process in messages and its output files, {@code name.out} and {@code
   *     name.err} in {@code folder}
   * @param environment added to the environment of this JVM, less its variables named {@code
   *     SPARK_*}
   * @param arguments JVM options, main class and arguments
   */
  static ChildProcess java(
      String name, Path folder, Map<String, String> environment, List<String> arguments) {
    return java(name, folder, Path.of(""), environment, arguments);
  }

  /** Starts a JVM likewise, in another working directory. */
  static ChildProcess java(
      String name,
      Path folder,
      Path workingDirectory,
      Map<String, String> environment,
      List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(BuildOutputs.sparkJvmArgs());
    command.addAll(arguments);
    return start(name, folder, workingDirectory, environment, command);
  }

  /** Starts any command in a working directory, with this JVM's Java as {@code JAVA_HOME}. */
  static ChildProcess start(
      String name,
      Path folder,
      Path workingDirectory,
      Map<String, String> environment,
      List<String> command) {
    try {
      Files.createDirectories(folder);
      Path stdout = folder.resolve(name + ".out");
      Path stderr = folder.resolve(name + ".err");
      ProcessBuilder builder =
          new ProcessBuilder(withSignals(command))
              .directory(workingDirectory.toAbsolutePath().toFile())
              .redirectOutput(stdout.toFile())
              .redirectError(stderr.toFile());
      builder.environment().keySet().removeIf(key -> key.startsWith("SPARK_"));
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      builder.environment().putAll(environment);
      return new ChildProcess(name, builder.start(), stdout, stderr);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
  }

  /** A build that a shell runs in the background ignores Ctrl-C, and so would its children. */
  private static List<String> withSignals(List<String> command) {
    List<String> all = new ArrayList<>(List.of("env", "--default-signal=INT"));
    all.addAll(command);
    return all;
  }

  Process process() {
    return process;
  }

  String stdout() {
    return read(stdout);
  }

  String stderr() {
    return read(stderr);
  }

  /** Waits for the end and gives the exit code; 128 + n after signal n. */
  int exitCode(Duration limit) {
    try {
      if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
      throw new IllegalStateException("interrupted while waiting for " + name, e);
    }
    IllegalStateException late = failure("has not ended within " + limit);
    close();
    throw late;
  }

  /**
   * Asks again and again until there is an answer; fails when the process ends or time runs out.
   */
  <T> T await(String what, Duration limit, Supplier<Optional<T>> question) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      boolean ended = !process.isAlive();
      Optional<T> answer = question.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      if (ended) {
        throw failure("ended with exit code %d before %s".formatted(process.exitValue(), what));
      }
      if (System.nanoTime() > deadline) {
        throw failure("has run for %s without %s".formatted(limit, what));
      }
      sleep();
    }
  }

  /** Kills the process and everything that it has started, and waits until they are gone. */
  @Override
  public void close() {
    List<ProcessHandle> tree = new ArrayList<>(process.descendants().toList());
    tree.add(process.toHandle());
    kill(tree);
  }

  /** Kills processes, and waits until they are gone. */
  static void kill(List<ProcessHandle> processes) {
    processes.forEach(ProcessHandle::destroyForcibly);
    long deadline = System.nanoTime() + DEATH.toNanos();
    while (processes.stream().anyMatch(ProcessHandle::isAlive)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("processes outlive their end: " + processes);
      }
      sleep();
    }
  }

  IllegalStateException failure(String what) {
    return new IllegalStateException(
        "%s %s%n--- stdout, last lines ---%n%s%n--- stderr, last lines ---%n%s"
            .formatted(name, what, tail(stdout()), tail(stderr())));
  }

  static String tail(String text) {
    List<String> lines = text.lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
  }

  private static String read(Path file) {
    try {
      // Decodes what is there so far: a half-written character at the end is no error.
      return new String(Files.readAllBytes(file), Charset.defaultCharset());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a process", e);
    }
  }
}
