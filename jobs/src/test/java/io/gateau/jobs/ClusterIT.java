package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.jobs.testing.BuildOutputs;
import io.gateau.jobs.testing.DuckDb;
import io.gateau.jobs.testing.GateauProcess;
import io.gateau.jobs.testing.SampleFile;
import io.gateau.jobs.testing.StandaloneCluster;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * spark-submit of the shipped jar to a real cluster: a master and two workers, each a process of
 * its own.
 */
final class ClusterIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @TempDir Path folder;

  @Test
  void aClusterOfTwoWorkersGivesTheRankingOfOneMachine() throws IOException {
    Path model = TinyCheckpoint.separate().write(folder.resolve("model"));
    Path input = SampleFile.write(folder.resolve("samples.jsonl"), 30, 60, 5);
    Path there = folder.resolve("there");
    Path here = folder.resolve("here");
    try (StandaloneCluster cluster = StandaloneCluster.start()) {
      String summary =
          cluster
              .submit(
                  BuildOutputs.gateauJar(),
                  "io.gateau.jobs.RunJob",
                  List.of(),
                  arguments(model, input, there),
                  LIMIT)
              .requireSuccess()
              .stdout();
      assertTrue(summary.contains(there.toString()), summary);
    }
    List<String> local = new ArrayList<>(List.of("run", "--master", "local[2]"));
    local.addAll(arguments(model, input, here));
    try (GateauProcess process = GateauProcess.start(folder, "io.gateau.jobs.Gateau", local)) {
      assertEquals(0, process.exitCode(LIMIT), process.stderr());
    }
    assertEquals(24, DuckDb.number(there, "select count(*) from {scores}"));
    assertEquals(6, DuckDb.number(there, "select count(*) from {rejected}"));
    String byRank = "select id, selected from {scores} order by rank";
    assertEquals(DuckDb.query(here, byRank), DuckDb.query(there, byRank));
    List<List<Object>> numbers = numbers(here);
    List<List<Object>> clusterNumbers = numbers(there);
    for (int row = 0; row < numbers.size(); row++) {
      for (int column = 0; column < numbers.get(row).size(); column++) {
        double expected = ((Number) numbers.get(row).get(column)).doubleValue();
        double found = ((Number) clusterNumbers.get(row).get(column)).doubleValue();
        assertEquals(expected, found, Math.abs(expected) * 1e-5);
      }
    }
  }

  private static List<List<Object>> numbers(Path output) {
    return DuckDb.query(
        output,
        "select s.short_ppl, s.long_ppl, list_sum(l.segment_loss), list_sum(a.segment_attention)"
            + " from {scores} s join {samples} m using (id)"
            + " join {signals/segment-loss-*} l using (content_key)"
            + " join {signals/segment-attention-*} a using (content_key) order by s.rank");
  }

  private static List<String> arguments(Path model, Path input, Path output) {
    return List.of(
        "--input", input.toString(),
        "--short-model", model.toString(),
        "--long-model", model.toString(),
        "--long-rope-theta", "40000",
        "--segment-tokens", "64",
        "--output", output.toString());
  }
}
