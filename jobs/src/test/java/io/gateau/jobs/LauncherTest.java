package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a copy of the tree, on machines made up of scripts. */
@Timeout(120)
class LauncherTest {
  private record Answer(int exitCode, String out, String err) {}

  private static final String JAVA_17 = "echo 'openjdk version \"17.0.15\" 2025-04-15' >&2";
  private static final String JAVA_8 = "echo 'java version \"1.8.0_402\"' >&2";
  private static final String MAVEN = "echo 'Apache Maven 3.9.9 (hash)'";

  /** Answers -version; started as the program, it prints its arguments. */
  private static final String JAVA =
      "if [ \"$1\" = -version ]; then " + JAVA_17 + "; else printf '%s\\n' \"$@\"; fi";

  /** Answers -version; started as a build, it makes what a build makes. */
  private static final String BUILDING_MAVEN =
      "if [ \"$1\" = -version ]; then "
          + MAVEN
          + "; else echo \"$@\" >>built; mkdir -p jobs/target; echo a.jar:b.jar"
          + " >jobs/target/spark-classpath.txt; touch jobs/target/jvm-options.txt"
          + " jobs/target/gateau-0.1.0.jar; fi";

  @TempDir Path folder;
  private Path clone;
  private Path bin;

  @BeforeEach
  void makeACloneAndAnEmptyMachine() throws IOException {
    clone = Files.createDirectories(folder.resolve("a clone"));
    bin = Files.createDirectories(folder.resolve("bin"));
    Path tree = Path.of("..").toRealPath();
    for (String file : List.of("gateau", "pom.xml")) {
      Files.copy(tree.resolve(file), clone.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }
    for (String module : List.of("udfs", "pipeline", "jobs")) {
      Files.createDirectories(clone.resolve(module).resolve("src/main"));
      Files.writeString(clone.resolve(module).resolve("pom.xml"), "<project/>");
    }
    for (String tool :
        List.of(
            "bash",
            "sed",
            "grep",
            "find",
            "head",
            "tail",
            "dirname",
            "mkdir",
            "touch",
            "readlink",
            "sleep")) {
      script(tool, "exec " + onPath(tool) + " \"$@\"");
    }
    script("uname", "case $1 in -s) echo Linux;; *) echo x86_64;; esac");
  }

  @Test
  void withoutJavaAndMavenBothAreNamedWithAWayToGetThem() throws Exception {
    Answer answer = gateau("--help");
    assertEquals(2, answer.exitCode(), answer.err());
    assertTrue(answer.err().contains("there is no java on the PATH"), answer.err());
    assertTrue(answer.err().contains("apt install openjdk-17-jdk-headless"), answer.err());
    assertTrue(answer.err().contains("there is no mvn on the PATH"), answer.err());
    assertTrue(answer.err().contains("apt install maven"), answer.err());
    assertFalse(Files.exists(clone.resolve("built")), "nothing is built");
  }

  @Test
  void anOldJavaIsNamedWithItsVersion() throws Exception {
    script("java", JAVA_8);
    script("javac", "");
    script("mvn", MAVEN);
    Answer answer = gateau("--help");
    assertEquals(2, answer.exitCode(), answer.err());
    assertTrue(answer.err().contains("bin/java is Java 8"), answer.err());
    assertTrue(answer.err().contains("a JDK 17 or newer"), answer.err());
  }

  @Test
  void aJreIsNotEnoughForABuild() throws Exception {
    script("java", JAVA);
    script("mvn", MAVEN);
    Answer answer = gateau("--help");
    assertEquals(2, answer.exitCode(), answer.err());
    assertTrue(answer.err().contains("without the compiler javac"), answer.err());
  }

  @Test
  void anOldMavenIsNamedWithItsVersion() throws Exception {
    aJdk();
    script("mvn", "echo 'Apache Maven 3.6.3'");
    Answer answer = gateau("--help");
    assertEquals(2, answer.exitCode(), answer.err());
    assertTrue(answer.err().contains("Maven 3.8 or newer; mvn is 3.6"), answer.err());
  }

  @Test
  void aJavaHomeWithoutJavaIsNamed() throws Exception {
    aJdk();
    Answer answer = gateau(Map.of("JAVA_HOME", "/nowhere"), "--help");
    assertEquals(2, answer.exitCode(), answer.err());
    assertTrue(answer.err().contains("JAVA_HOME is /nowhere, which has no bin/java"), answer.err());
  }

  @Test
  void aPlatformWithoutLibtorchIsNamed() throws Exception {
    aJdk();
    script("mvn", MAVEN);
    script("uname", "case $1 in -s) echo Darwin;; *) echo x86_64;; esac");
    Answer answer = gateau("--help");
    assertEquals(2, answer.exitCode(), answer.err());
    assertTrue(answer.err().contains("this is Darwin-x86_64"), answer.err());
  }

  @Test
  void theFirstCallBuildsAndTheSecondDoesNot() throws Exception {
    aJdk();
    script("mvn", BUILDING_MAVEN);
    Answer first = gateau("run", "--input", "a b");
    assertEquals(0, first.exitCode(), first.err());
    assertTrue(first.err().contains("first build: downloads"), first.err());
    assertEquals(1, builds(), "builds");
    Answer second = gateau("run", "--input", "a b");
    assertEquals("", second.err(), "the second call says nothing of its own");
    assertEquals(1, builds(), "builds");
    List<String> arguments = second.out().lines().toList();
    assertEquals(
        List.of("io.gateau.jobs.Gateau", "run", "--input", "a b"),
        arguments.subList(arguments.size() - 4, arguments.size()),
        "the program and its arguments");
    assertEquals(
        clone.toRealPath().resolve("jobs/target/gateau-0.1.0.jar") + ":a.jar:b.jar",
        arguments.get(arguments.indexOf("-cp") + 1),
        "class path");
    assertEquals(
        "@" + clone.toRealPath().resolve("jobs/target/jvm-options.txt"),
        arguments.get(0),
        "the build's file of Spark's JVM options");
    assertFalse(arguments.contains("-Dgateau.terminal=true"), "this is no terminal");
  }

  @Test
  void aNewerSourceMeansABuild() throws Exception {
    aJdk();
    script("mvn", BUILDING_MAVEN);
    gateau("--help");
    Path source = Files.writeString(clone.resolve("udfs/src/main/New.java"), "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    Answer skipped = gateau(Map.of("GATEAU_SKIP_BUILD", "1"), "--help");
    assertEquals(0, skipped.exitCode(), skipped.err());
    assertEquals(1, builds(), "builds when told to skip them");
    Answer answer = gateau("--help");
    assertTrue(answer.err().contains("sources have changed"), answer.err());
    assertEquals(2, builds(), "builds");
  }

  @Test
  void aBuildThatFailsShowsTheEndOfItsLog() throws Exception {
    aJdk();
    script("mvn", "if [ \"$1\" = -version ]; then " + MAVEN + "; else echo no network; exit 1; fi");
    Answer answer = gateau("--help");
    assertEquals(2, answer.exitCode(), answer.err());
    assertTrue(answer.err().contains("the build failed"), answer.err());
    assertTrue(answer.err().contains("no network"), answer.err());
  }

  @Test
  void withoutABuildSkippingItIsAnError() throws Exception {
    aJdk();
    Answer answer = gateau(Map.of("GATEAU_SKIP_BUILD", "1"), "--help");
    assertEquals(2, answer.exitCode(), answer.err());
    assertTrue(answer.err().contains("GATEAU_SKIP_BUILD is 1, but"), answer.err());
  }

  @Test
  void theUsersJvmOptionsComeLastAndALinkLeadsToTheClone() throws Exception {
    aJdk();
    script("mvn", BUILDING_MAVEN);
    Path link = Files.createSymbolicLink(folder.resolve("link"), clone.resolve("gateau"));
    Answer answer = run(link, Map.of("GATEAU_JAVA_OPTS", "-Xmx5g -Da=b"), "--version");
    assertEquals(0, answer.exitCode(), answer.err());
    List<String> arguments = answer.out().lines().toList();
    int classPath = arguments.indexOf("-cp");
    assertEquals(List.of("-Xmx5g", "-Da=b"), arguments.subList(classPath - 2, classPath));
    assertTrue(
        arguments.contains(
            "-Dlog4j2.configurationFile=" + clone.toRealPath().resolve("conf/log4j2.properties")),
        "the clone's logging: " + arguments);
  }

  private void aJdk() throws IOException {
    script("java", JAVA);
    script("javac", "");
  }

  private void script(String name, String body) throws IOException {
    Path file = bin.resolve(name);
    Files.writeString(file, "#!" + onPath("bash") + "\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private long builds() throws IOException {
    try (Stream<String> lines = Files.lines(clone.resolve("built"))) {
      return lines.count();
    }
  }

  private Answer gateau(String... arguments) throws Exception {
    return gateau(Map.of(), arguments);
  }

  private Answer gateau(Map<String, String> environment, String... arguments) throws Exception {
    return run(clone.resolve("gateau"), environment, arguments);
  }

  /** Called from another folder, with nothing on the PATH but the scripts. */
  private Answer run(Path launcher, Map<String, String> environment, String... arguments)
      throws Exception {
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                Stream.concat(
                        Stream.of(onPath("bash").toString(), launcher.toString()),
                        Stream.of(arguments))
                    .toList())
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", bin.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the launcher ends");
    return new Answer(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  private static Path onPath(String tool) {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(directory -> Path.of(directory, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + tool + " on the PATH"));
  }
}
