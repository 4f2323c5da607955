package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.pipeline.contamination.ContaminationConfig;
import io.gateau.pipeline.diversity.DiversityConfig;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.redundancy.RedundancyConfig;
import io.gateau.pipeline.signals.ScoredModel;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.pipeline.signals.SignalKey;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.score.ModelRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys of {@code manifest.json}, on which programs of users depend. */
class RunManifestTest {
  private static final SignalConfig SIGNALS =
      new SignalConfig(
          Map.of(
              ModelRole.SHORT, new ScoredModel("/a", "f0", 10_000, "None[]", "float32"),
              ModelRole.LONG, new ScoredModel("/b", "f1", 40_000, "None[]", "bfloat16")),
          Map.of(
              "long-response-loss",
              new SignalKey(
                  "response-loss",
                  "{\"signal\":\"response-loss\",\"rope-theta\":1.0E7,\"prefix\":\"\\n#\"}")));
  private static final ReadConfig INPUT = ReadConfig.of("/data/in.jsonl").withLimit(7);

  @TempDir Path folder;

  private RunManifest manifest() {
    return RunManifest.of(open());
  }

  private OutputFolder open() {
    return OutputFolder.at(SparkTestSession.spark(), folder.resolve("out").toString());
  }

  private JsonNode write() throws IOException {
    EffectiveConfig config = new EffectiveConfig(Map.of("select.alpha", "0.8"));
    RunManifest manifest = manifest();
    manifest.finishScore(
        INPUT,
        SIGNALS,
        Optional.empty(),
        Map.of(ModelRole.SHORT, "cpu", ModelRole.LONG, "cuda:0"),
        new RunManifest.JobReport(
            config, new ScoreSamples.Result(6, 1, 2, 3, 0, 4, 5), Map.of("score", 1.5)));
    open()
        .replaceManifest(
            manifest.finishSelect(
                OutputFolder.UNNAMED,
                SelectConfig.DEFAULT,
                new RunManifest.Choices(
                    Optional.empty(),
                    Optional.of(new ContaminationConfig(List.of("/evals/bench.jsonl"))),
                    Optional.of(
                        new RedundancyConfig(
                            RedundancyConfig.Dedup.CONTEXT, RedundancyConfig.DEFAULT_SIMILARITY)),
                    Optional.of(new DiversityConfig(9, 3))),
                new RunManifest.JobReport(
                    config, new SelectSamples.Counts(6, 2, 3, Map.of("too-long", 1L)), Map.of())));
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
            "input",
            "instruction",
            "max-line-bytes",
            "allow-damaged",
            "limit",
            "models",
            "signals",
            "state",
            "finished",
            "configuration",
            "versions",
            "seconds",
            "devices",
            "counts"),
        keys(root.path("score")));
    assertEquals(List.of("long", "short"), keys(root.at("/score/models")));
    assertEquals(
        List.of("path", "fingerprint", "rope-theta", "rope-scaling", "dtype"),
        keys(root.at("/score/models/long")));
    assertEquals(List.of("long-response-loss"), keys(root.at("/score/signals")));
    assertEquals("finished", root.at("/score/state").asText());
    assertEquals(
        List.of(
            "rows-in", "rejected", "stored", "scored", "failed", "sequences-read", "tokens-read"),
        keys(root.at("/score/counts")));
    assertEquals(
        List.of(
            "finished",
            "configuration",
            "versions",
            "seconds",
            "config",
            "amount",
            "contamination",
            "redundancy",
            "diversity",
            "counts"),
        keys(root.path("select")));
    assertEquals(
        "{\"exclude\":[\"/evals/bench.jsonl\"],\"words\":13}",
        root.at("/select/contamination").toString());
    assertEquals(
        "{\"dedup\":\"CONTEXT\",\"similarity\":0.8}", root.at("/select/redundancy").toString());
    assertEquals(List.of("rank", "amount", "scope", "shares"), keys(root.at("/select/config")));
    assertEquals(
        List.of(
            "strategy",
            "alpha",
            "importance",
            "difficulty",
            "normalisation",
            "winsorise",
            "merge-segments",
            "seed"),
        keys(root.at("/select/config/rank")));
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

  @Test
  void aManifestFromBeforeDamagedFilesCouldBeAllowedAllowsNone() throws IOException {
    ObjectNode root = (ObjectNode) write();
    ((ObjectNode) root.path("score")).put("allow-damaged", true);
    rewrite(root);
    assertEquals(INPUT.withDamagedAllowed(), manifest().input());

    ((ObjectNode) root.path("score")).remove("allow-damaged");
    rewrite(root);
    assertEquals(INPUT, manifest().input());
  }

  @Test
  void aSelectionFromBeforeSegmentsCouldBeMergedIsKeptAndItsFolderIsRead() throws IOException {
    ObjectNode root = (ObjectNode) write();
    ((ObjectNode) root.at("/select/config/rank")).remove("merge-segments");
    rewrite(root);

    assertEquals(SIGNALS, manifest().signalConfig());
    assertEquals(Optional.empty(), manifest().prunedFor(SelectConfig.DEFAULT.rank()));
    open()
        .replaceManifest(
            manifest()
                .finishSelect(
                    "other",
                    SelectConfig.DEFAULT,
                    new RunManifest.Choices(
                        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
                    new RunManifest.JobReport(
                        new EffectiveConfig(Map.of()),
                        new SelectSamples.Counts(6, 2, 3, Map.of()),
                        Map.of())));
    JsonNode both = new ObjectMapper().readTree(folder.resolve("out/manifest.json").toFile());
    assertEquals(root.path("select"), both.path("select"), "the old selection");
    assertEquals(
        1, both.at("/selections/other/config/rank/merge-segments").asInt(), "the new selection");
  }

  private void rewrite(JsonNode root) throws IOException {
    Files.deleteIfExists(folder.resolve("out/.manifest.json.crc"));
    Files.writeString(folder.resolve("out/manifest.json"), root.toString());
  }
}
