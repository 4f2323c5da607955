package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

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

  private static Map<Setting<?>, Given> master(String url) {
    return Map.of(SparkKeys.MASTER, new Given(List.of(url), "--master"));
  }

  private static SparkConf conf(SparkConf submitted, Map<Setting<?>, Given> flags) {
    return Sessions.conf(submitted, Settings.resolve(flags, Optional.empty()), "test");
  }
}
