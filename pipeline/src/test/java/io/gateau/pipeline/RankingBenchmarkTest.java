package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark ranks what it says, and the same every time. */
class RankingBenchmarkTest {
  @TempDir Path folder;

  @Test
  void everyMadeUpRowIsRankedAndTheSameRowsAreSelectedAgain() {
    RankingBenchmark.Result result = benchmark("one").run(300, SelectConfig.DEFAULT);
    RankingBenchmark.Result again = benchmark("two").run(300, SelectConfig.DEFAULT);

    assertEquals(300, result.rows());
    assertEquals(90, result.selected());
    assertEquals(
        List.of("index", "join", "fit", "rank", "write"), List.copyOf(result.seconds().keySet()));
    assertTrue(result.selectSeconds() > 0);
    assertEquals(result.rows(), again.rows());
    List<Row> selected = new TestRun(folder.resolve("one/out")).table("selected");
    assertEquals(90, selected.size());
    assertEquals(selected, new TestRun(folder.resolve("two/out")).table("selected"));
  }

  @Test
  void itsRowsAreDeletedAndNothingElse() throws Exception {
    RankingBenchmark bench = benchmark("bench");
    bench.run(10, SelectConfig.DEFAULT);
    Path other = Files.writeString(folder.resolve("bench/other.txt"), "mine");

    bench.deleteRows();

    assertTrue(Files.exists(other));
    assertFalse(Files.exists(folder.resolve("bench/input")));
    assertFalse(Files.exists(folder.resolve("bench/out")));
  }

  private RankingBenchmark benchmark(String name) {
    return new RankingBenchmark(SparkTestSession.spark(), folder.resolve(name).toString());
  }
}
