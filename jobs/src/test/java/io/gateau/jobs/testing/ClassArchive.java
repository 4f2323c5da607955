package io.gateau.jobs.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Archives of classes (class-data sharing), which halve the work of a JVM that starts. Loading
 * Spark is most of what the processes of the integration tests do.
 *
 * <p>Each archive is made once per build, by the test that needs it first, from the classes of a
 * small demo. A JVM starts without one, and says nothing, if it does not fit.
 */
final class ClassArchive {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** As the launcher names it: no other build of Java can read the file. */
  private static final String NAME =
      "classes-%s.jsa"
          .formatted(System.getProperty("java.runtime.version").replaceAll("[^A-Za-z0-9._]", "-"));

  private ClassArchive() {}

  /**
   * The JVM options for a process whose class path begins with {@link #launcherClassPath()}. The
   * archive is the launcher's, at its place and under its name, so that the launcher uses it, too.
   */
  static List<String> launcherOptions() {
    return options(Launcher.ARCHIVE);
  }

  /** Gateau's jar and those of Spark behind it, as the launcher has them. */
  static String launcherClassPath() {
    return Stream.concat(Stream.of(BuildOutputs.gateauJar()), BuildOutputs.sparkJars().stream())
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /**
   * The JVM options for a process of a cluster, whose class path is what the folder {@link
   * #sparkJars()} holds.
   */
  static List<String> clusterOptions() {
    return options(Cluster.ARCHIVE);
  }

  /**
   * A folder with links to Spark's jars. All clusters have the same one: a JVM takes the jars of a
   * folder in the order in which the folder lists them, and an archive fits one order only.
   */
  static Path sparkJars() {
    return Cluster.JARS;
  }

  private static List<String> options(Path archive) {
    try {
      return Files.size(archive) == 0
          ? List.of()
          : List.of(
              "-XX:SharedArchiveFile=" + archive,
              "-Xlog:disable",
              "-Xlog:all=warning,cds*=off:stderr");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + archive, e);
    }
  }

  private static final class Launcher {
    static final Path ARCHIVE =
        make(
            BuildOutputs.gateauJar().resolveSibling(NAME),
            List.of("-cp", launcherClassPath(), "io.gateau.jobs.Gateau"));
  }

  private static final class Cluster {
    static final Path JARS = linkJars();
    static final Path ARCHIVE =
        make(
            JARS.resolveSibling(NAME),
            List.of(
                "-cp",
                JARS + "/*",
                "org.apache.spark.deploy.SparkSubmit",
                "--master",
                "local[2]",
                "--class",
                "io.gateau.jobs.Gateau",
                BuildOutputs.gateauJar().toString()));

    private static Path linkJars() {
      Path home = BuildOutputs.gateauJar().resolveSibling("standalone-cluster");
      try (FileChannel lock = lockFile(home.resolve("jars.lock"))) {
        lock.lock();
        Path jars = home.resolve("jars");
        if (!isNewerThanBuild(jars)) {
          delete(jars);
          Files.createDirectory(jars);
          for (Path jar : BuildOutputs.sparkJars()) {
            Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
          }
        }
        return jars;
      } catch (IOException e) {
        throw new UncheckedIOException("cannot link Spark's jars in " + home, e);
      }
    }
  }

  /** Gives an archive of this build, which is an empty file if this JVM can write none. */
  private static Path make(Path archive, List<String> program) {
    try (FileChannel lock = lockFile(archive.resolveSibling(archive.getFileName() + ".lock"))) {
      lock.lock();
      if (!isNewerThanBuild(archive)) {
        Path folder = Files.createTempDirectory(archive.getParent(), "archive-");
        Path made = folder.resolve("classes.jsa");
        List<String> command =
            new ArrayList<>(
                List.of("-XX:TieredStopAtLevel=1", "-Xmx1g", "-XX:ArchiveClassesAtExit=" + made));
        command.addAll(program);
        command.addAll(List.of("demo", "--samples", "10", "--output", folder + "/demo"));
        try (ChildProcess demo =
            ChildProcess.java("demo", folder, Map.of("SPARK_LOCAL_IP", "127.0.0.1"), command)) {
          int code = demo.exitCode(LIMIT);
          if (code != 0) {
            throw demo.failure("has ended with exit code " + code);
          }
        }
        if (!Files.exists(made)) {
          Files.createFile(made);
        }
        Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING);
        delete(folder);
      }
      return archive;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + archive, e);
    }
  }

  private static boolean isNewerThanBuild(Path file) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    for (Path input : List.of(BuildOutputs.gateauJar(), BuildOutputs.sparkClassPath())) {
      if (Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(input)) <= 0) {
        return false;
      }
    }
    return true;
  }

  /** Two JVMs run tests at once; a lock ends with its channel. */
  private static FileChannel lockFile(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** Deletes a folder, if it is there. */
  static void delete(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
