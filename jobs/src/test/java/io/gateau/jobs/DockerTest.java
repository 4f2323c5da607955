package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.gateau.jobs.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.package$;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files in {@code docker/} against the build that they are for; no Docker is needed. */
class DockerTest {
  private static final Path TREE = Path.of("..");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @TempDir Path folder;

  private static String text(String file) throws IOException {
    return Files.readString(TREE.resolve(file));
  }

  private static JsonNode yaml(String file) throws IOException {
    return YAML.readTree(text("docker/" + file));
  }

  private static String only(Pattern pattern, String text) {
    List<String> found =
        pattern.matcher(text).results().map(match -> match.group(1)).distinct().toList();
    assertEquals(1, found.size(), "%s in %s".formatted(pattern, found));
    return found.get(0);
  }

  /** The version of this build, as the launcher reads it. */
  private static String version() throws IOException {
    Matcher matcher = Pattern.compile("<version>([^<]+)</version>").matcher(text("pom.xml"));
    assertTrue(matcher.find(), "a version in pom.xml");
    return matcher.group(1);
  }

  /** What the start script makes of its arguments in a folder that is laid out like the image. */
  private List<String> started(Map<String, String> environment, String... arguments)
      throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    for (Map.Entry<String, String> script :
        Map.of("java", "printf '%s\\n' \"$@\"", "hostname", "echo this-host").entrySet()) {
      Path file = bin.resolve(script.getKey());
      Files.writeString(file, "#!/bin/sh\n" + script.getValue() + "\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    List<String> command =
        new ArrayList<>(List.of("sh", TREE.resolve("docker/entrypoint.sh").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PATH", bin + ":" + System.getenv("PATH"));
    builder.environment().put("GATEAU_HOME", "/image");
    builder.environment().putAll(environment);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it ends");
    return Stream.concat(Stream.of(String.valueOf(process.exitValue())), out.lines()).toList();
  }

  @Test
  void theStartScriptStartsMasterWorkerAndJobs() throws Exception {
    List<String> all = List.of("0", "@/image/jvm-options.txt");
    String classPath = "/image/gateau.jar:/image/spark/jars/*";
    assertEquals(
        Stream.concat(
                all.stream(),
                Stream.of(
                    "-cp",
                    classPath,
                    "org.apache.spark.deploy.master.Master",
                    "--host",
                    "this-host"))
            .toList(),
        started(Map.of(), "master"));
    assertEquals(
        Stream.concat(
                all.stream(),
                Stream.of("-cp", classPath, "org.apache.spark.deploy.worker.Worker", "spark://m:7"))
            .toList(),
        started(Map.of(), "worker", "spark://m:7"));
    assertEquals(
        Stream.concat(
                all.stream(),
                Stream.of(
                    "-Dlog4j2.configurationFile=/image/conf/log4j2.properties",
                    "-Xmx3g",
                    "-Da=b",
                    "-cp",
                    classPath,
                    "io.gateau.jobs.Gateau",
                    "run",
                    "--input",
                    "a b"))
            .toList(),
        started(Map.of("GATEAU_JAVA_OPTS", "-Xmx3g -Da=b"), "run", "--input", "a b"));
    assertEquals("2", started(Map.of(), "worker").get(0), "a worker without a master");
  }

  @Test
  void theClassesThatAreStartedExist() throws Exception {
    Matcher names =
        Pattern.compile("(?:org\\.apache\\.spark|io\\.gateau)(?:\\.\\w+)+\\.[A-Z]\\w+")
            .matcher(text("docker/entrypoint.sh"));
    List<String> found = new ArrayList<>(names.results().map(match -> match.group()).toList());
    found.add(yaml("kubernetes/run.yaml").at("/spec/mainClass").asText());
    assertEquals(4, found.size(), found.toString());
    for (String name : found) {
      assertNotNull(
          Class.forName(name, false, getClass().getClassLoader())
              .getMethod("main", String[].class));
    }
  }

  @Test
  void imagesCarryTheVersionsOfThisBuild() throws IOException {
    String version = version();
    for (String file :
        List.of("compose.yaml", "Dockerfile.cuda", "kubernetes/Dockerfile", "README.md")) {
      assertEquals(
          version, only(Pattern.compile("gateau:([\\d.]+\\d)"), text("docker/" + file)), file);
    }
    JsonNode spec = yaml("kubernetes/run.yaml").path("spec");
    String spark = package$.MODULE$.SPARK_VERSION();
    assertEquals(spark, spec.path("sparkVersion").asText());
    assertEquals("gateau-spark:" + version, spec.path("image").asText());
    assertEquals(
        spark,
        only(
            Pattern.compile("apache/spark:([\\d.]+)-scala2.13-java17"),
            text("docker/kubernetes/Dockerfile")));
  }

  @Test
  void theJarOfThePodIsWhereItsImageHasIt() throws IOException {
    String jar = yaml("kubernetes/run.yaml").at("/spec/mainApplicationFile").asText();
    assertTrue(jar.startsWith("local://"), jar);
    assertTrue(text("docker/kubernetes/Dockerfile").contains(" " + jar.substring(8)), jar);
  }

  @Test
  void theArgumentsOfThePodAreFlagsOfTheCommand() throws IOException {
    List<String> arguments = new ArrayList<>(List.of("run"));
    yaml("kubernetes/run.yaml").at("/spec/arguments").forEach(text -> arguments.add(text.asText()));
    var parsed = Gateau.commandLine().parseArgs(arguments.toArray(String[]::new)).subcommand();
    Settings settings = Settings.resolve(Flags.given(parsed), Optional.empty());
    assertEquals("/data/out/first", settings.effective().get("output"));
  }

  @Test
  void theComposedClusterIsAMasterTwoWorkersAndAnS3Server() throws IOException {
    JsonNode services = yaml("compose.yaml").path("services");
    assertEquals(
        List.of("master", "worker-1", "worker-2", "s3", "job"),
        services.properties().stream().map(Map.Entry::getKey).toList());
    assertTrue(
        Files.exists(TREE.resolve(services.at("/master/build/dockerfile").asText())),
        "the Dockerfile");
    String endpoint =
        Settings.resolve(Map.of(), Optional.of(TREE.resolve("docker/s3.yaml")))
            .sparkConf()
            .get("spark.hadoop.fs.s3a.endpoint");
    assertEquals("http://s3:80", endpoint, "the S3 server of the cluster");
  }

  @Test
  void memoryIsAllocatedAsByTheLauncher() throws IOException {
    for (String name :
        List.of("MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_")) {
      String value =
          only(Pattern.compile(name + "=\"\\$\\{" + name + ":-(\\d+)}\""), text("gateau"));
      for (String file : List.of("Dockerfile", "Dockerfile.cuda")) {
        assertTrue(text("docker/" + file).contains(name + "=" + value), file + " " + name);
      }
    }
  }
}
