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

  private static final String JAVA_17 = version("17.0.15+6");
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
            "sleep",
            "nice",
            "du",
            "mv",
            "rm")) {
      script(tool, "exec " + onPath(tool) + " \"$@\"");
    }
    script("sync", "");
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

  /** Answers -version; as the program it notes its start and then does as it is told. */
  private void program(String does) throws Exception {
    script(
        "java",
        "if [ \"$1\" = -version ]; then "
            + JAVA_17
            + "; elif [ \"${@: -1}\" != --version ]; then echo \"${@: -2}\" >>starts; "
            + does
            + "; fi");
    script("javac", "");
    script("mvn", BUILDING_MAVEN);
    gateau("--version");
    Files.deleteIfExists(folder.resolve("starts"));
  }

  private List<String> starts() throws IOException {
    return Files.readAllLines(folder.resolve("starts"));
  }

  @Test
  void aCrashedRunIsStartedAgainAndSaysSoInOneLine() throws Exception {
    for (int code : List.of(134, 139, 75)) {
      program("[ -e died ] && exit 0; : >died; exit " + code);
      Answer answer = gateau("run", "a b");
      assertEquals(0, answer.exitCode(), answer.err());
      assertEquals(List.of("run a b", "run a b"), starts());
      assertEquals(1, answer.err().lines().count(), answer.err());
      assertTrue(answer.err().contains("exit code " + code), answer.err());
      assertTrue(answer.err().contains("restart 1 of 20"), answer.err());
      Files.delete(folder.resolve("died"));
    }
  }

  @Test
  void aRunThatASignalEndedIsStartedAgainWithoutWordsOfBash() throws Exception {
    program("[ -e died ] && exit 0; : >died; kill -ABRT $$");
    Answer answer = gateau("run", "a b");
    assertEquals(0, answer.exitCode(), answer.err());
    assertEquals(1, answer.err().lines().count(), answer.err());
    assertTrue(answer.err().contains("exit code 134"), answer.err());
  }

  @Test
  void aRunThatCrashesAgainAndAgainEndsAtLast() throws Exception {
    program("exit 139");
    Answer answer = gateau(Map.of("GATEAU_RESTARTS", "2"), "score", "x");
    assertEquals(139, answer.exitCode(), answer.err());
    assertEquals(3, starts().size(), "starts");
  }

  @Test
  void nothingElseIsStartedAgain() throws Exception {
    for (int code : List.of(0, 1, 2, 137)) {
      program("exit " + code);
      assertEquals(code, gateau("run", "x").exitCode());
      assertEquals(1, starts().size(), "exit code " + code);
    }
    program("exit 134");
    assertEquals(134, gateau("select", "x").exitCode());
    assertEquals(134, gateau(Map.of("GATEAU_RESTARTS", "0"), "run", "x").exitCode());
    assertEquals(2, starts().size(), "another command, and where it is turned off");
    assertEquals(2, gateau(Map.of("GATEAU_RESTARTS", "some"), "run", "x").exitCode());
  }

  @Test
  void aRunReadsWhatItIsGiven() throws Exception {
    program("read -r line; echo \"read $line\"");
    Files.writeString(folder.resolve("in.txt"), "a line\n");
    Path out = folder.resolve("out.txt");
    ProcessBuilder builder =
        new ProcessBuilder(onPath("bash").toString(), clone.resolve("gateau").toString(), "run")
            .directory(folder.toFile())
            .redirectInput(folder.resolve("in.txt").toFile())
            .redirectOutput(out.toFile());
    builder.environment().put("PATH", bin.toString());
    builder.environment().put("GATEAU_SKIP_CDS", "1");
    builder.environment().remove("JAVA_HOME");
    assertEquals(0, builder.start().waitFor());
    assertEquals("read a line", Files.readString(out).strip());
  }

  @Test
  void aSignalReachesTheRunAndEndsIt() throws Exception {
    program("trap 'echo ended >>ended; exit 134' TERM; : >ready; while :; do sleep 0.05; done");
    ProcessBuilder builder =
        new ProcessBuilder(onPath("bash").toString(), clone.resolve("gateau").toString(), "run")
            .directory(folder.toFile());
    builder.environment().put("PATH", bin.toString());
    builder.environment().put("GATEAU_SKIP_CDS", "1");
    builder.environment().remove("JAVA_HOME");
    Process process = builder.start();
    while (!Files.exists(folder.resolve("ready"))) {
      assertTrue(process.isAlive(), "it runs");
      Thread.sleep(20);
    }
    process.destroy();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it ends");
    assertEquals(134, process.exitValue(), "not started again: it was told to end");
    assertTrue(Files.exists(folder.resolve("ended")), "the signal has arrived");
    assertEquals(1, starts().size(), "starts");
  }

  @Test
  void fileNamesAreUtf8WhereTheLocaleIsC() throws Exception {
    script(
        "java",
        "if [ \"$1\" = -version ]; then "
            + JAVA_17
            + "; else echo \"${LC_ALL-} ${LC_CTYPE-}\"; fi");
    script("javac", "");
    script("mvn", BUILDING_MAVEN);
    gateau("--help");

    assertEquals(" C.UTF-8", gateau("--help").out().stripTrailing());
    assertEquals(" C.UTF-8", gateau(Map.of("LANG", "POSIX"), "--help").out().stripTrailing());
    assertEquals("C.UTF-8 ", gateau(Map.of("LC_ALL", "C"), "--help").out().lines().toList().get(0));
    assertEquals("", gateau(Map.of("LANG", "en_GB.UTF-8"), "--help").out().strip());
    assertEquals("", gateau(Map.of("LC_ALL", "C"), "--help").err());
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

  @Test
  void onlyWhereManySamplesAreRankedIsCodeCompiledFully() throws Exception {
    aJdk();
    script("mvn", BUILDING_MAVEN);
    for (String name : List.of("many rows", "few", "not scored")) {
      Path samples = Files.createDirectories(folder.resolve(name).resolve("samples"));
      int bytes = name.equals("few") ? 15 << 20 : 17 << 20;
      Files.write(samples.resolve("part-0.parquet"), new byte[bytes]);
    }
    Files.createFile(folder.resolve("few/manifest.json"));
    Files.createFile(folder.resolve("many rows/manifest.json"));
    for (List<String> small :
        List.of(
            List.of("--version"),
            List.of("select", "--output", "few"),
            List.of("run", "--input", "not scored", "--output=rows"),
            List.of("bench", "--ranking", "10000", "--json", "1000000"),
            List.of("bench", "--ranking=many"))) {
      assertTrue(compilesQuickly(small), small.toString());
    }
    for (List<String> large :
        List.of(
            List.of("select", "--output", "many rows"),
            List.of("compare", "--percent=10", "--scored=" + folder.resolve("many rows")),
            List.of("bench", "--ranking", "1000000"),
            List.of("bench", "--ranking=0300000"))) {
      assertFalse(compilesQuickly(large), large.toString());
    }
  }

  private boolean compilesQuickly(List<String> arguments) throws Exception {
    Answer answer = gateau(arguments.toArray(String[]::new));
    assertEquals(0, answer.exitCode(), answer.err());
    return answer.out().lines().anyMatch("-XX:TieredStopAtLevel=1"::equals);
  }

  @Test
  void jarsOfTheUserStandBehindTheOthersAndExecutorsGetThem() throws Exception {
    aJdk();
    script("mvn", BUILDING_MAVEN);
    Path jar = Files.createFile(folder.resolve("a lake.jar"));
    Answer answer = gateau(Map.of("GATEAU_JARS", jar + "," + jar), "--version");
    assertEquals(0, answer.exitCode(), answer.err());
    List<String> arguments = answer.out().lines().toList();
    String classPath = arguments.get(arguments.indexOf("-cp") + 1);
    assertTrue(classPath.endsWith("a.jar:b.jar:%s:%s".formatted(jar, jar)), classPath);
    assertTrue(arguments.contains("-Dspark.jars=%s,%s".formatted(jar, jar)), answer.out());

    Answer missing = gateau(Map.of("GATEAU_JARS", jar + ",no.jar"), "--version");
    assertEquals(2, missing.exitCode(), missing.err());
    assertTrue(missing.err().contains("GATEAU_JARS names no.jar, which is no file"), missing.err());
  }

  @Test
  void theFirstRunMakesAnArchiveOfClassesAndLaterRunsStartFromIt() throws Exception {
    aJdkThatArchives("17.0.15+6", "echo classes >classes.jsa", "");
    Answer first = archiving("run", "--input", "a b");
    assertEquals(0, first.exitCode(), first.err());
    assertTrue(first.err().contains("made in the background"), first.err());
    assertEquals(List.of(), archives(first), "the first run starts without");
    awaitMakings();
    assertEquals(List.of("classes-17.0.15-6.jsa"), archiveFiles());
    Answer second = archiving("run", "--input", "a b");
    assertEquals("", second.err(), "nothing to say");
    assertEquals(List.of("classes-17.0.15-6.jsa"), archives(second));
    assertTrue(second.out().endsWith("\nio.gateau.jobs.Gateau\nrun\n--input\na b\n"), second.out());
    assertEquals(1, makings().size(), "once per build");
    assertTrue(
        makings().get(0).contains("io.gateau.jobs.Gateau demo --samples 10 --output demo"),
        "a run that scores and selects: " + makings());
  }

  @Test
  void aNewBuildMeansANewArchive() throws Exception {
    aJdkThatArchives("17.0.15+6", "echo classes >classes.jsa", "");
    archiving("--help");
    awaitMakings();
    Path source = Files.writeString(clone.resolve("udfs/src/main/New.java"), "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusMillis(500)));
    Thread.sleep(600);
    Answer answer = archiving("--help");
    assertTrue(answer.err().contains("sources have changed"), answer.err());
    assertEquals(List.of(), archives(answer), "the old jar's archive is of no use");
    awaitMakings();
    assertEquals(2, makings().size());
    assertEquals(List.of("classes-17.0.15-6.jsa"), archives(archiving("--help")));
  }

  @Test
  void anArchiveOlderThanTheJarTheClassPathOrTheJvmIsMadeAnew() throws Exception {
    aJdkThatArchives("17.0.15+6", "echo classes >classes.jsa", "");
    archiving("--help");
    awaitMakings();
    List<Path> newer =
        List.of(
            target().resolve("gateau-0.1.0.jar"),
            target().resolve("spark-classpath.txt"),
            bin.resolve("java"));
    for (Path file : newer) {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      assertEquals(List.of(), archives(archiving("--help")), file.toString());
      awaitMakings();
      assertEquals(List.of("classes-17.0.15-6.jsa"), archives(archiving("--help")));
    }
    assertEquals(1 + newer.size(), makings().size());
  }

  @Test
  void anotherJvmGetsAnArchiveOfItsOwn() throws Exception {
    aJdkThatArchives("17.0.15+6", "echo classes >classes.jsa", "");
    archiving("--help");
    awaitMakings();
    aJdkThatArchives("21.0.1+12-LTS", "echo classes >classes.jsa", "");
    assertEquals(List.of(), archives(archiving("--help")), "another JVM's archive is of no use");
    awaitMakings();
    assertEquals(List.of("classes-21.0.1-12-LTS.jsa"), archives(archiving("--help")));
  }

  @Test
  void anArchiveThatCannotBeMadeIsNotTriedAgainBeforeTheNextBuild() throws Exception {
    Map<String, List<String>> making =
        Map.of(
            "the demo fails", List.of("echo classes >classes.jsa; exit 1", ""),
            "the JVM writes none", List.of("", "[ -e classes.jsa ] || exit 1"),
            "the JVM refuses what it wrote", List.of("echo cut >classes.jsa", "exit 1"));
    for (Map.Entry<String, List<String>> one : making.entrySet()) {
      aJdkThatArchives("17.0.15+6", one.getValue().get(0), one.getValue().get(1));
      Answer first = archiving("--help");
      assertEquals(0, first.exitCode(), one.getKey());
      awaitMakings();
      Answer second = archiving("--help");
      assertEquals(0, second.exitCode(), one.getKey());
      assertEquals("", second.err(), one.getKey());
      assertEquals(List.of(), archives(second), one.getKey());
      assertEquals(1, makings().size(), one.getKey());
      Files.delete(folder.resolve("makings"));
      Files.delete(target().resolve("classes-17.0.15-6.jsa"));
    }
  }

  @Test
  void aSecondRunMeanwhileStartsWithoutAnArchiveAndMakesNone() throws Exception {
    aJdkThatArchives(
        "17.0.15+6",
        "n=0; until [ -e ../go ] || [ $((n+=1)) -gt 600 ]; do sleep 0.05; done; echo classes >classes.jsa",
        "");
    archiving("--help");
    Answer second = archiving("--help");
    assertEquals(0, second.exitCode(), second.err());
    assertEquals("", second.err(), "nothing to say");
    assertEquals(List.of(), archives(second));
    Files.createFile(target().resolve("go"));
    awaitMakings();
    assertEquals(1, makings().size());
    assertEquals(List.of("classes-17.0.15-6.jsa"), archives(archiving("--help")));
  }

  @Test
  void anArchiveOfAJarThatWasReplacedMeanwhileIsThrownAway() throws Exception {
    aJdkThatArchives(
        "17.0.15+6", "echo classes >classes.jsa; sleep 0.05; touch ../gateau-0.1.0.jar", "");
    archiving("--help");
    awaitMakings();
    assertEquals(List.of(), archiveFiles());
  }

  @Test
  void withoutARoomForAnArchiveTheProgramStartsAllTheSame() throws Exception {
    aJdkThatArchives("17.0.15+6", "echo classes >classes.jsa", "");
    gateau("--help");
    script("mkdir", "echo 'mkdir: Read-only file system' >&2; exit 1");
    Answer answer = archiving("--help");
    assertEquals(0, answer.exitCode(), answer.err());
    assertEquals("", answer.err(), "nothing to say");
    assertEquals(List.of(), archives(answer));
  }

  @Test
  void theArchiveCanBeSwitchedOff() throws Exception {
    aJdkThatArchives("17.0.15+6", "echo classes >classes.jsa", "");
    gateau("--help");
    assertEquals(List.of(), archiveFiles(), "made");
    archiving("--help");
    awaitMakings();
    assertEquals(List.of(), archives(gateau("--help")), "used");
  }

  private void aJdk() throws IOException {
    script("java", JAVA);
    script("javac", "");
  }

  /**
   * A JDK and a Maven.
   *
   * @param making what java does when it is told to write an archive, in the folder of the archive
   * @param checking what java does when it is told to check one
   */
  private void aJdkThatArchives(String version, String making, String checking) throws IOException {
    script(
        "java",
        """
        if [ "$1" = -version ]; then %s; exit; fi
        case " $* " in
          *ArchiveClassesAtExit=*) echo "$@" >>'%s'; %s ;;
          *-Xshare:on*) %s ;;
          *) printf '%%s\\n' "$@" ;;
        esac"""
            .formatted(version(version), folder.resolve("makings"), making, checking));
    script("javac", "");
    script("mvn", BUILDING_MAVEN);
  }

  /** What {@code java -version} prints. */
  private static String version(String build) {
    return "printf '%s\\n' 'openjdk version \"BUILD\" 2025-04-15' 'OpenJDK Runtime Environment (build BUILD)' 'OpenJDK 64-Bit Server VM (build BUILD, mixed mode)' >&2"
        .replace("BUILD", build);
  }

  private Path target() {
    return clone.resolve("jobs/target");
  }

  /** The command lines that made archives. */
  private List<String> makings() throws IOException {
    return Files.readAllLines(folder.resolve("makings"));
  }

  private void awaitMakings() throws Exception {
    Instant limit = Instant.now().plusSeconds(60);
    while (!targetFiles(".making").isEmpty()) {
      assertTrue(Instant.now().isBefore(limit), "the archive is made");
      Thread.sleep(20);
    }
  }

  private List<String> archiveFiles() throws IOException {
    return targetFiles(".jsa");
  }

  private List<String> targetFiles(String suffix) throws IOException {
    try (Stream<Path> files = Files.list(target())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(suffix))
          .toList();
    }
  }

  /** The archives in this clone that java is told to use. */
  private List<String> archives(Answer answer) throws IOException {
    String option = "-XX:SharedArchiveFile=" + target().toRealPath() + "/";
    return answer
        .out()
        .lines()
        .filter(argument -> argument.startsWith(option))
        .map(argument -> argument.substring(option.length()))
        .toList();
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

  private Answer archiving(String... arguments) throws Exception {
    return gateau(Map.of("GATEAU_SKIP_CDS", "0"), arguments);
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
    // Nothing in the background that outlives the test.
    builder.environment().put("GATEAU_SKIP_CDS", "1");
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
