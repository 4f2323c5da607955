package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.progress.ScoreProgress;
import io.gateau.pipeline.progress.ScoredWork;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import io.gateau.score.ScoringConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the progress is told while one long sample is scored, batch by batch. */
class LiveProgressTest {
  private static final int MAX_TOKENS = 12_000;

  @Test
  void tokensAreToldBeforeTheSampleIsFinished(@TempDir Path folder) throws IOException {
    TestSample sample = TestSample.many(1).get(0);
    String input =
        TestSample.writeSamples(
            folder.resolve("in.jsonl"),
            List.of(sample.withContext("one two three ".repeat(9_000))));
    ScoreConfig config = TinyPair.write(folder).withBatchTokens(1).config();
    List<ScoredWork> told = Collections.synchronizedList(new ArrayList<>());
    ScoreProgress notes =
        new ScoreProgress() {
          @Override
          public void update(ScoredWork done) {
            told.add(done);
          }
        };

    ScoreSamples.Result result =
        new TestRun(folder.resolve("out"))
            .score(
                notes,
                new ScoreConfig(
                    config.models(),
                    config.signals(),
                    new ScoringConfig(
                        config.scoring().template(),
                        MAX_TOKENS,
                        config.scoring().segmentTokens(),
                        config.scoring().batchTokens()),
                    config.limits()),
                input);

    List<ScoredWork> running = told.stream().filter(done -> done.rows() == 0).toList();
    assertFalse(running.isEmpty(), "the sample took less than a second");
    ScoredWork last = running.get(running.size() - 1);
    assertTrue(last.scored().tokens() > 0, last + " of " + result.tokensScored());
    assertEquals(0, last.finished().tokens());
    assertEquals(result.tokensScored(), told.get(told.size() - 1).scored().tokens());
  }
}
