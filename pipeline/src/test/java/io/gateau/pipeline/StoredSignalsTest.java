package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gateau.pipeline.progress.ScoreProgress;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.rank.strategy.Strategy;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which strategies the signals of a folder suffice for. */
class StoredSignalsTest {
  private static final SparkSession SPARK = SparkTestSession.spark();

  @Test
  void aStrategyForWhichEverySampleIsTooShortIsNamedAndLeftOut(@TempDir Path folder)
      throws IOException {
    TestRun run = new TestRun(folder.resolve("out"));
    run.score(
        ScoreProgress.SILENT,
        TinyPair.write(folder)
            .config()
            .withSignals(
                Stream.of("ladm", "perplexity")
                    .flatMap(code -> Strategies.of(code).signals().stream())
                    .toList()),
        TestSample.writeSamples(folder.resolve("in.jsonl"), TestSample.many(4)));

    StoredSignals.StoredStrategies stored =
        StoredSignals.strategies(SPARK, OutputFolder.at(SPARK, run.output()));

    assertEquals(
        List.of("perplexity", "random"), stored.rankable().stream().map(Strategy::code).toList());
    assertEquals(
        Optional.of("Left out, because no sample has its signals: ladm."), stored.leftOut());
  }
}
