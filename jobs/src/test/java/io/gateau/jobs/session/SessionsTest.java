package io.gateau.jobs.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.jobs.settings.ConfigException;
import io.gateau.jobs.settings.Given;
import io.gateau.jobs.settings.Setting;
import io.gateau.jobs.settings.Settings;
import io.gateau.jobs.settings.SparkKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionsTest {
  @TempDir Path folder;

  @Test
  void withoutSparkSubmitItIsThisMachine() {
    SparkConf conf = conf(new SparkConf(false), Map.of());
    assertEquals("local[*]", conf.get("spark.master"));
    assertEquals("127.0.0.1", conf.get("spark.driver.host"));
    assertEquals("false", conf.get("spark.ui.enabled"));
    assertEquals(Sessions.EXTENSIONS, conf.get("spark.sql.extensions"));
    assertEquals(
        String.valueOf(Runtime.getRuntime().availableProcessors()),
        conf.get("spark.sql.shuffle.partitions"));
  }

  @Test
  void whatSparkSubmitHasSetStandsExceptForAMasterGivenAsAFlag() throws IOException {
    SparkConf submitted =
        new SparkConf(false)
            .setMaster("spark://host:7077")
            .set("spark.executor.memory", "2g")
            .set("spark.sql.extensions", "other.Extensions");
    Path file =
        Files.writeString(
            folder.resolve("my.yaml"),
            "spark: {master: 'local[3]', conf: {spark.executor.memory: 9g, spark.task.cpus: 2}}");
    SparkConf conf =
        Sessions.conf(submitted, Settings.resolve(Map.of(), Optional.of(file)), "test");
    assertEquals("spark://host:7077", conf.get("spark.master"), "not the file's");
    assertEquals("2g", conf.get("spark.executor.memory"), "not the file's");
    assertEquals("2", conf.get("spark.task.cpus"), "the file's");
    assertEquals("other.Extensions," + Sessions.EXTENSIONS, conf.get("spark.sql.extensions"));
    assertFalse(conf.contains("spark.driver.host"), "nothing local on a cluster");
    assertEquals("local[2]", conf(submitted, master("local[2]")).get("spark.master"), "the flag's");
  }

  @Test
  void shufflesOfOneMachineAreAsWideAsItsCores() {
    SparkConf none = new SparkConf(false);
    assertEquals("2", conf(none, master("local[2]")).get("spark.sql.shuffle.partitions"));
    assertEquals("3", conf(none, master("local[3, 2]")).get("spark.sql.shuffle.partitions"));
    assertEquals("1", conf(none, master("local")).get("spark.sql.shuffle.partitions"));
    assertFalse(conf(none, master("yarn")).contains("spark.sql.shuffle.partitions"));
  }

  @Test
  void executorsOfAClusterFetchTheJarThatRuns() throws IOException {
    Path jar = Files.createFile(folder.resolve("gateau.jar"));
    String fetched = jar.toUri().toString();
    SparkConf none = new SparkConf(false);
    assertEquals(fetched, jars(none, "spark://host:7077", jar));
    assertEquals(fetched, jars(none, "local-cluster[2,1,1024]", jar));
    assertEquals("", jars(none, "local[2]", jar), "this process has it");
    SparkConf others = none.clone().set("spark.jars", "a.jar, b.jar");
    assertEquals("a.jar,b.jar," + fetched, jars(others, "spark://host:7077", jar));
    SparkConf named = none.clone().set("spark.jars", jar.toString());
    assertEquals(jar.toString(), jars(named, "spark://host:7077", jar), "not twice");
    SparkConf submitted = none.clone().set("spark.submit.deployMode", "client");
    assertEquals("", jars(submitted, "spark://host:7077", jar), "spark-submit sees to it");
  }

  @Test
  void classFoldersAreNotForACluster() {
    SparkConf none = new SparkConf(false);
    assertEquals(
        "gateau runs from the folder "
            + folder
            + ", and executors of spark://host:7077 can fetch nothing but a jar; start ./gateau or"
            + " spark-submit with the jar that `mvn package` builds, or name that jar in the"
            + " configuration file as spark.conf.spark.jars",
        assertThrows(ConfigException.class, () -> jars(none, "spark://host:7077", folder))
            .getMessage());
    assertEquals("", jars(none, "local[2]", folder), "this process has the classes");
    SparkConf named = none.clone().set("spark.jars", "gateau.jar");
    assertEquals("gateau.jar", jars(named, "spark://host:7077", folder), "the user's own");
  }

  @Test
  void theTestsRunFromAFolderOfClasses() {
    assertTrue(Files.isDirectory(ApplicationJar.source()), ApplicationJar.source().toString());
  }

  private static String jars(SparkConf submitted, String master, Path program) {
    return Sessions.withProgram(conf(submitted, master(master)), submitted, () -> program)
        .get("spark.jars", "");
  }

  private static Map<Setting<?>, Given> master(String url) {
    return Map.of(SparkKeys.MASTER, new Given(List.of(url), "--master"));
  }

  private static SparkConf conf(SparkConf submitted, Map<Setting<?>, Given> flags) {
    return Sessions.conf(submitted, Settings.resolve(flags, Optional.empty()), "test");
  }
}
