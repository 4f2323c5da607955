package io.gateau.jobs.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One of Gateau's programs as a process of its own, started from the shaded jar and Spark's jars as
 * the launcher starts it; for tests of exit codes, of Ctrl-C, and of runs that are killed and
 * resumed.
 */
public final class GateauProcess implements AutoCloseable {

  private final ChildProcess child;

  private GateauProcess(ChildProcess child) {
    this.child = child;
  }

  /**
   * Starts a main class with 2 GiB of heap and the quick compiler; its output goes to {@code
   * stdout()} and {@code stderr()}, files in {@code folder}.
   */
  public static GateauProcess start(Path folder, String mainClass, List<String> arguments) {
    return start(
        folder, mainClass, arguments, List.of("-Xmx2g", "-XX:TieredStopAtLevel=1"), Map.of());
  }

  /** Starts a main class with JVM options (after Spark's own) and environment variables added. */
  public static GateauProcess start(
      Path folder,
      String mainClass,
      List<String> arguments,
      List<String> jvmOptions,
      Map<String, String> environment) {
    List<String> command = new ArrayList<>(ClassArchive.launcherOptions());
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", ClassArchive.launcherClassPath(), mainClass));
    command.addAll(arguments);
    Map<String, String> all = new HashMap<>(environment);
    all.putIfAbsent("SPARK_LOCAL_IP", "127.0.0.1");
    String name = mainClass.substring(mainClass.lastIndexOf('.') + 1);
    return new GateauProcess(ChildProcess.java(name, folder, all, command));
  }

  /**
   * Starts the launcher of this tree, {@code gateau}, with the build under test; {@code folder} is
   * its working directory and gets its output.
   */
  public static GateauProcess launch(Path folder, List<String> arguments) {
    return launch(folder, arguments, Map.of());
  }

  /** Starts the launcher likewise, with environment variables added. */
  public static GateauProcess launch(
      Path folder, List<String> arguments, Map<String, String> added) {
    Path tree = BuildOutputs.gateauJar().getParent().getParent().getParent();
    List<String> command = new ArrayList<>(List.of("bash", tree.resolve("gateau").toString()));
    command.addAll(arguments);
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "GATEAU_SKIP_BUILD", "1",
                // The launcher finds the archive, and makes none of its own.
                "GATEAU_SKIP_CDS", ClassArchive.launcherOptions().isEmpty() ? "1" : "0",
                "GATEAU_JAVA_OPTS", "-Xmx1g",
                "SPARK_LOCAL_IP", "127.0.0.1"));
    environment.putAll(added);
    return new GateauProcess(ChildProcess.start("gateau", folder, folder, environment, command));
  }

  /** The process id. */
  public long pid() {
    return child.process().pid();
  }

  /** Whether the process has not ended. */
  public boolean isAlive() {
    return child.process().isAlive();
  }

  /** What the process has written to its standard output so far. */
  public String stdout() {
    return child.stdout();
  }

  /** What the process has written to its standard error so far. */
  public String stderr() {
    return child.stderr();
  }

  /**
   * Waits until a text has appeared on standard output or standard error.
   *
   * @throws IllegalStateException with the last lines of both when the process ends or time runs
   *     out before that
   */
  public void awaitOutput(String text, Duration limit) {
    child.await(
        "writing `" + text + "`",
        limit,
        () ->
            stdout().contains(text) || stderr().contains(text)
                ? Optional.of(text)
                : Optional.empty());
  }

  /** Sends SIGINT, as Ctrl-C does. */
  public void interrupt() throws IOException {
    new ProcessBuilder("kill", "-INT", String.valueOf(pid())).start();
  }

  /** Kills the process as {@code kill -9} does, and waits until it and its children are gone. */
  public void kill() {
    child.close();
  }

  /**
   * Waits for the end and gives the exit code: 137 after {@link #kill()}.
   *
   * @throws IllegalStateException with the last lines of output, and with the process killed, when
   *     time runs out
   */
  public int exitCode(Duration limit) {
    return child.exitCode(limit);
  }

  /** Kills the process if it still runs. */
  @Override
  public void close() {
    child.close();
  }
}
