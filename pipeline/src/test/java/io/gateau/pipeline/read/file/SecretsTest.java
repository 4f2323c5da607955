package io.gateau.pipeline.read.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gateau.pipeline.EffectiveConfig;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.testing.SparkTestSession;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  /** Built of two halves, so that no scanner of this tree takes it for a key that somebody uses. */
  private static final String KEY_ID = "AKIA" + "IOSFODNN7EXAMPLE";

  private static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-Xmx4g -Dfs.s3a.secret.key=hush -Da=b | -Xmx4g -Dfs.s3a.secret.key=*** -Da=b",
        "-Dfs.s3a.access.key='hush hush' -Da=b | -Dfs.s3a.access.key=*** -Da=b",
        "-Dpassword=\"hush hush\" -Da=b        | -Dpassword=*** -Da=b",
        "fs.azure.account.key.mine.blob.core.windows.net=hush== | fs.azure.account.key.mine.blob.core.windows.net=***",
        "fs.azure.sas.box.mine.blob.core.windows.net=hush | fs.azure.sas.box.mine.blob.core.windows.net=***",
        "AWS_SECRET_ACCESS_KEY=hush,HF_TOKEN=hush,a=b | AWS_SECRET_ACCESS_KEY=***,HF_TOKEN=***,a=b",
        "{\"session_token\": \"hush, hush\", \"a\": 1} | {\"session_token\": ***, \"a\": 1}",
        "https://mine.blob.core.windows.net/box/x.jsonl?sv=2022&sig=hu%2Fsh%3D&se=9 | https://mine.blob.core.windows.net/box/x.jsonl?sv=2022&sig=***&se=9",
        "https://b.s3.amazonaws.com/x?X-Amz-Date=1&X-Amz-Signature=abc&X-Amz-Security-Token=def | https://b.s3.amazonaws.com/x?X-Amz-Date=1&X-Amz-Signature=***&X-Amz-Security-Token=***",
        "cannot list ftp://user:hush@host:21/x: refused | cannot list ftp://user:***@host:21/x: refused",
        "ftp://:hush@host/x | ftp://:***@host/x",
        "Authorization: Bearer hush.hush | Authorization: ***",
        "hub answered 401 for hf_abcdefghijklmnopqrstuvwx | hub answered 401 for ***",
      })
  void everyFormOfASecretIsMaskedWithinAText(String text, String masked) {
    assertEquals(masked, Secrets.masked(text));
  }

  @Test
  void aKeyOfAwsIsMaskedWithWhatFollowsIt() {
    assertEquals("keys *** end", Secrets.masked("keys " + KEY_ID + ":" + SECRET_KEY + " end"));
    assertEquals(
        "s3a://***@bucket/x", Secrets.masked("s3a://%s:%s@bucket/x".formatted(KEY_ID, SECRET_KEY)));
    assertEquals("*** is not known", Secrets.masked(KEY_ID + " is not known"));
  }

  @Test
  void aPrivateKeyIsMaskedWhole() {
    assertEquals(
        "a *** b",
        Secrets.masked("a -----BEGIN RSA PRIVATE KEY-----\nhush\n-----END RSA PRIVATE KEY----- b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "score.max-tokens=4096",
        "max-tokens 9 is outside [16, 8]; use 65536",
        "/models/long/tokenizer.json",
        "tokenizer=/models/long",
        "s3a://bucket/data/*.jsonl",
        "abfss://box@mine.dfs.core.windows.net/data",
        "hdfs://user@namenode:8020/data",
        "### Input: ",
        "at io.gateau.jobs.Job.call(Job.java:51)",
        "select.tokens: 5000000000",
      })
  void whatIsNoSecretStays(String text) {
    assertEquals(text, Secrets.masked(text));
  }

  @ParameterizedTest
  @CsvSource({
    "spark.hadoop.fs.s3a.secret.key, ***",
    "spark.ssl.keyStorePassword, ***",
    "spark.hadoop.fs.azure.sas.box.mine, ***",
    "spark.executor.memory, hush",
  })
  void aSettingWithTheNameOfASecretIsMaskedWhole(String key, String masked) {
    assertEquals(masked, Secrets.maskedSetting(key, "hush"));
  }

  @Test
  void aLongTextIsMaskedInOnePass() {
    String text = "a".repeat(1_000_000);
    assertEquals(text + " token=***", Secrets.masked(text + " token=hush"));
  }

  @Test
  void theConfigurationOfAManifestHoldsNone() {
    EffectiveConfig config =
        new EffectiveConfig(
            Map.of(
                "spark.conf.spark.driver.extraJavaOptions", "-Dfs.s3a.secret.key=hush",
                "spark.conf.spark.hadoop.fs.s3a.access.key", "hush",
                "output", "ftp://user:hush@host/out",
                "select.tokens", "500"));
    assertFalse(config.values().toString().contains("hush"), config.values().toString());
    assertEquals("500", config.values().get("select.tokens"), "a count is no secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://user:hush@host/x",
        "https://mine.blob.core.windows.net/x.jsonl?sv=2022&sig=hush",
        "https://b.s3.amazonaws.com/x?X-Amz-Signature=hush",
      })
  void aPathWithASecretIsRefusedBeforeItReachesAManifest(String path) {
    for (Exception thrown :
        List.of(
            assertThrows(IllegalArgumentException.class, () -> ReadConfig.of("a.jsonl", path)),
            assertThrows(
                IOException.class, () -> QualifiedPath.of(SparkTestSession.spark(), path)))) {
      assertEquals(true, thrown.getMessage().contains("holds a password or a signature"));
      assertFalse(thrown.getMessage().contains("hush"), thrown.getMessage());
    }
  }

  @Test
  void aPathIsShownWithoutItsPassword() {
    assertEquals(
        "ftp://user:***@host/x", QualifiedPath.display(new Path("ftp://user:hush@host/x")));
  }
}
