package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.model.MemoryPolicy;
import io.gateau.model.ModelCache;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.decoder.MemoryPlanner;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import io.gateau.score.ModelRole;
import io.gateau.score.PromptTemplate;
import io.gateau.score.ScoringConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sample that the device's memory does not hold is a rejected row, and scored when it fits. */
class OutOfMemoryTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final int GIANT = 6_000;
  private static final String GIANT_ID = "giant";

  @TempDir Path folder;

  @Test
  void aSampleThatDoesNotFitIsRejectedAndScoredByALaterRunWithMoreMemory() throws Exception {
    ModelCache.closeAll(); // Those of other tests would count.
    TinyPair models = TinyPair.write(folder);
    List<TestSample> samples = new ArrayList<>(TestSample.many(5));
    samples.add(samples.get(0).withId(GIANT_ID).withContext("word ".repeat(GIANT / 5)));
    String input = TestSample.writeSamples(folder.resolve("input.jsonl"), samples);
    TestRun run = new TestRun(folder.resolve("out"));
    // Between what the small ones and what the giant needs.
    long enough =
        MemoryPlanner.of(ModelConfig.read(models.shortModel()), Dtype.FLOAT32)
            .pass(1, GIANT / 2, 10)
            .bytes();

    for (int streamTokens : new int[] {MemoryPolicy.RESIDENT, 100_000}) {
      ScoreSamples.Result first = score(models, run, input, new MemoryPolicy(enough, streamTokens));

      assertEquals(streamTokens == 0 ? 6 : 1, first.scored(), "only the giant is tried again");
      SelectSamples.Counts selected = run.select(SelectConfig.DEFAULT).counts();
      assertEquals(Map.of("out-of-memory", 1L), selected.rejectedByReason());
      assertEquals(6, selected.selected() + selected.unselected() + selected.rejected());
      Row row = run.byId("rejected").get(GIANT_ID);
      assertEquals("out-of-memory", row.getAs("reason"));
      String detail = row.getAs("detail");
      assertTrue(
          detail.startsWith("the memory of the device does not hold the sequence of 60"), detail);
    }
    assertEquals(1, score(models, run, input, MemoryPolicy.DEFAULT).scored());
    assertEquals(0, run.select(SelectConfig.DEFAULT).counts().rejected());
    assertEquals("ok", run.byId("scores").get(GIANT_ID).getAs("status"));
    assertEquals(0, score(models, run, input, new MemoryPolicy(enough, 0)).scored());
  }

  private static ScoreSamples.Result score(
      TinyPair models, TestRun run, String input, MemoryPolicy placement) {
    ScoreConfig usual = models.config();
    return ScoreSamples.on(SPARK)
        .input(ReadConfig.of(input))
        .config(
            new ScoreConfig(
                usual.models().get(ModelRole.SHORT).withMemoryPolicy(placement),
                usual.models().get(ModelRole.LONG).withMemoryPolicy(placement),
                usual.signals(),
                new ScoringConfig(PromptTemplate.GATEAU, 2 * GIANT, 16, ScoringConfig.AUTO_BATCH),
                usual.limits()))
        .output(run.output())
        .execute();
  }
}
