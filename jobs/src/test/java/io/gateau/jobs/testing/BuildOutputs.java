package io.gateau.jobs.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the build hands to the integration tests through system properties: the jar for
 * spark-submit, the jars that Spark supplies, and the JVM options that Spark needs.
 */
public final class BuildOutputs {

  private static final String JAR = "gateau.jar";
  private static final String SPARK_CLASS_PATH = "gateau.spark.classpath";
  private static final String TEST_LIBRARIES = "gateau.testlibs";
  private static final String SPARK_JVM_ARGS = "gateau.spark.jvm.args";

  private BuildOutputs() {}

  /** The shaded jar of the `jobs` module, an existing file. */
  public static Path gateauJar() {
    return existing(JAR);
  }

  /** The jars that Spark supplies, in class path order; none of them is Gateau's or DJL's. */
  public static List<Path> sparkJars() {
    return jars(sparkClassPath());
  }

  /** The file that lists those jars. */
  static Path sparkClassPath() {
    return existing(SPARK_CLASS_PATH);
  }

  /**
   * The jars of a server or library beside Spark.
   *
   * @param name of a folder of {@code testlibs}
   */
  public static List<Path> testLibrary(String name) {
    return jars(
        requireFile(
            TEST_LIBRARIES, Path.of(property(TEST_LIBRARIES), name, "target", "classpath.txt")));
  }

  private static List<Path> jars(Path list) {
    try {
      return List.of(Files.readString(list).strip().split(File.pathSeparator)).stream()
          .map(Path::of)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the class path " + list, e);
    }
  }

  /** The JVM options without which Spark does not start on Java 17, one per element. */
  public static List<String> sparkJvmArgs() {
    return List.of(property(SPARK_JVM_ARGS).strip().split("\\s+"));
  }

  private static Path existing(String key) {
    return requireFile(key, Path.of(property(key)));
  }

  private static Path requireFile(String key, Path path) {
    if (!Files.isRegularFile(path)) {
      throw new IllegalStateException(
          "%s names %s, which does not exist; build it with `mvn package`".formatted(key, path));
    }
    return path.toAbsolutePath();
  }

  private static String property(String key) {
    String value = System.getProperty(key);
    if (value == null || value.isBlank()) {
      throw new IllegalStateException(
          "system property %s is not set; run this test through `mvn verify`, which sets it"
              .formatted(key));
    }
    return value;
  }
}
