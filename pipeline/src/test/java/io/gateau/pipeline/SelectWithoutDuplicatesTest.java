package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.pipeline.contamination.ContaminationConfig;
import io.gateau.pipeline.rank.Budget;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.redundancy.RedundancyConfig;
import io.gateau.pipeline.redundancy.RedundancyConfig.Dedup;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole selections that reject near-duplicates and contaminated samples. */
class SelectWithoutDuplicatesTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final RedundancyConfig CONTEXT =
      new RedundancyConfig(Dedup.CONTEXT, RedundancyConfig.DEFAULT_SIMILARITY);

  @TempDir static Path shared;

  private static List<TestSample> samples;
  private static TestRun run;

  /** Ten samples; of the last three two repeat the context of the first one, in upper case. */
  @BeforeAll
  static void scoresOnce() throws IOException {
    samples = new ArrayList<>(TestSample.many(10));
    for (int i : new int[] {8, 9}) {
      samples.set(i, samples.get(i).withContext(samples.get(0).context().toUpperCase(Locale.ROOT)));
    }
    run = new TestRun(shared.resolve("out"));
    run.score(
        TinyPair.write(shared), TestSample.writeSamples(shared.resolve("input.jsonl"), samples));
  }

  private static SelectSamples select() {
    return SelectSamples.on(SPARK)
        .output(run.output())
        .config(
            new SelectConfig(RankConfig.DEFAULT, new Budget.Percent(50), SelectConfig.Scope.ALL));
  }

  /*
   * Of s00, s08 and s09 the best stays: 8 remain, and half of them is 4.
   */
  @Test
  void nearDuplicatesAreRejectedAndTheBudgetIsOfWhatRemains() throws IOException {
    assertEquals(new SelectSamples.Counts(10, 5, 5, Map.of()), select().execute().counts());
    Map<String, Row> before = run.byId("scores");
    List<String> order =
        run.ids("scores").stream().filter(id -> List.of("s00", "s08", "s09").contains(id)).toList();

    SelectSamples.Result result = select().redundancy(CONTEXT).execute();

    assertEquals(new SelectSamples.Counts(10, 4, 4, Map.of("near-duplicate", 2L)), result.counts());
    Map<String, Row> rejected = run.byId("rejected");
    assertEquals(
        List.copyOf(order.subList(1, 3)).stream().sorted().toList(),
        List.copyOf(rejected.keySet()));
    for (Row row : rejected.values()) {
      assertEquals("near-duplicate", row.getAs("reason"));
      assertEquals(
          "1.00 similar to %s in its context".formatted(order.get(0)), row.getAs("detail"));
      assertEquals("", row.getAs("original"));
    }
    Map<String, Row> scores = run.byId("scores");
    assertEquals(8, scores.size());
    for (Map.Entry<String, Row> each : scores.entrySet()) {
      assertEquals(
          before.get(each.getKey()).<Double>getAs("score"),
          each.getValue().<Double>getAs("score"),
          1e-15,
          "near-duplicates count for the scales");
    }
    assertEquals(run.ids("scores").subList(0, 4), run.ids("selected"));
    JsonNode manifest = manifest();
    assertEquals("CONTEXT", manifest.at("/select/redundancy/dedup").asText());
    assertTrue(manifest.at("/select/seconds").has("dedup"), manifest::toString);
    assertEquals(2, manifest.at("/select/counts/rejected-by-reason/near-duplicate").asInt());
  }

  private static JsonNode manifest() throws IOException {
    return new ObjectMapper().readTree(run.folder().resolve("manifest.json").toFile());
  }

  /*
   * The best sample shares its context with an evaluation set. Without it
   * scales change, so it must be rejected before they are fitted.
   */
  @Test
  void contaminatedSamplesAreRejectedBeforeScalesAreFitted() throws IOException {
    select().execute();
    String best = run.ids("scores").get(0);
    Map<String, Row> before = run.byId("scores");
    TestSample sample = samples.stream().filter(each -> each.id().equals(best)).findFirst().get();
    Path evals = Files.writeString(shared.resolve("evals.txt"), sample.context() + "\n");

    SelectSamples.Result result =
        select()
            .contamination(new ContaminationConfig(List.of(evals.toString()), 3))
            .redundancy(CONTEXT)
            .execute();

    Map<String, Row> rejected = run.byId("rejected");
    assertEquals("contaminated", rejected.get(best).getAs("reason"));
    assertTrue(
        rejected
            .get(best)
            .<String>getAs("detail")
            .startsWith("shares 3 words with %s in its context: ".formatted(evals)),
        () -> rejected.get(best).toString());
    assertNull(run.byId("scores").get(best));
    SelectSamples.Counts counts = result.counts();
    assertEquals(10, counts.selected() + counts.unselected() + counts.rejected(), counts::toString);
    assertEquals(
        Map.of("evals", manifest().at("/select/contamination/exclude/0").asText()),
        Map.of("evals", evals.toString()));
    Map<String, Row> after = run.byId("scores");
    assertFalse(after.isEmpty());
    assertNotEquals(
        before.entrySet().stream()
            .filter(each -> after.containsKey(each.getKey()))
            .map(each -> each.getValue().<Double>getAs("score"))
            .toList(),
        after.values().stream().map(row -> row.<Double>getAs("score")).toList(),
        "scales are fitted without it");
  }
}
