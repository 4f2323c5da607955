package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.signals.PassConfig;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.pipeline.testing.SparkTestSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys of {@code manifest.json}, on which programs of users depend. */
class RunManifestTest {
  private static final SignalConfig SIGNALS =
      new SignalConfig(
          new PassConfig("/a", "f0", 10_000, "None[]", "float32", "max-tokens=9"),
          new PassConfig("/b", "f1", 40_000, "None[]", "bfloat16", "max-tokens=9"));
  private static final ReadConfig INPUT = ReadConfig.of("/data/in.jsonl");

  @TempDir Path folder;

  private RunManifest manifest() {
    return RunManifest.of(
        OutputFolder.at(SparkTestSession.spark(), folder.resolve("out").toString()));
  }

  private JsonNode write() throws IOException {
    EffectiveConfig config = new EffectiveConfig(Map.of("select.alpha", "0.8"));
    RunManifest manifest = manifest();
    manifest.writeScore(
        INPUT,
        SIGNALS,
        "cpu",
        new RunManifest.JobReport(
            config, new ScoreSamples.Result(6, 1, 2, 3, 4, 5), Map.of("score", 1.5)));
    manifest.writeSelect(
        SelectConfig.DEFAULT,
        new RunManifest.JobReport(
            config, new SelectSamples.Result(6, 2, 3, Map.of("too-long", 1L)), Map.of()));
    return new ObjectMapper().readTree(folder.resolve("out/manifest.json").toFile());
  }

  private static List<String> keys(JsonNode node) {
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  @Test
  void everyPartHasItsKeysInOrder() throws IOException {
    JsonNode root = write();

    assertEquals(List.of("score", "select"), keys(root));
    assertEquals(
        List.of(
            "finished",
            "configuration",
            "versions",
            "seconds",
            "input",
            "instruction",
            "max-line-bytes",
            "recipe",
            "device",
            "counts"),
        keys(root.path("score")));
    assertEquals(List.of("short-model", "long-model"), keys(root.at("/score/recipe")));
    assertEquals(
        List.of("path", "fingerprint", "rope-theta", "rope-scaling", "dtype", "settings"),
        keys(root.at("/score/recipe/long-model")));
    assertEquals(
        List.of("rows-in", "rejected", "stored", "scored", "sequences-read", "tokens-read"),
        keys(root.at("/score/counts")));
    assertEquals(
        List.of("finished", "configuration", "versions", "seconds", "config", "amount", "counts"),
        keys(root.path("select")));
    assertEquals(
        List.of(
            "strategy",
            "alpha",
            "importance",
            "difficulty",
            "normalisation",
            "winsorise",
            "amount",
            "scope",
            "seed"),
        keys(root.at("/select/config")));
    assertEquals(
        List.of("rows-in", "selected", "unselected", "rejected-by-reason"),
        keys(root.at("/select/counts")));
    assertEquals("Percent[percent=30.0]", root.at("/select/amount").asText());
    assertEquals("0.8", root.at("/select/configuration/select.alpha").asText());
  }

  @Test
  void inputAndSignalConfigAreReadAsTheyWereWritten() throws IOException {
    write();

    assertEquals(INPUT, manifest().input());
    assertEquals(SIGNALS, manifest().signalConfig());
  }
}
