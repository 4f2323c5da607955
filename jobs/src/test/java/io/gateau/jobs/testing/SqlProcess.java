package io.gateau.jobs.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@link SqlProgram} as a process of its own, with jars beside Spark's. */
public final class SqlProcess implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final ChildProcess child;

  private SqlProcess(ChildProcess child) {
    this.child = child;
  }

  /**
   * Starts it.
   *
   * @param name of its files in {@code folder}
   * @param jars for its class path
   * @param settings of Spark
   * @param statements as {@link SqlProgram#main} takes them
   */
  public static SqlProcess start(
      String name,
      Path folder,
      List<Path> jars,
      Map<String, String> settings,
      List<String> statements)
      throws IOException {
    Path program = ClassJar.write(folder.resolve(name + ".jar"), SqlProgram.class);
    String classPath =
        Stream.of(List.of(program), BuildOutputs.sparkJars(), jars)
            .flatMap(List::stream)
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>(List.of("-Xmx1g", "-XX:TieredStopAtLevel=1"));
    settings.forEach((key, value) -> command.add("-D%s=%s".formatted(key, value)));
    command.addAll(List.of("-cp", classPath, SqlProgram.class.getName()));
    command.addAll(statements);
    return new SqlProcess(
        ChildProcess.java(name, folder, Map.of("SPARK_LOCAL_IP", "127.0.0.1"), command));
  }

  /** Waits until it has written so many lines. */
  public void awaitLines(int lines) {
    child.await(
        "writing %d lines".formatted(lines),
        LIMIT,
        () -> child.stdout().lines().count() >= lines ? Optional.of(lines) : Optional.empty());
  }

  /**
   * Waits for the end and gives the lines of all results.
   *
   * @throws IllegalStateException if it fails
   */
  public List<String> lines() {
    int code = child.exitCode(LIMIT);
    if (code != 0) {
      throw child.failure("has ended with exit code " + code);
    }
    return child.stdout().lines().toList();
  }

  @Override
  public void close() {
    child.close();
  }
}
