package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.jobs.testing.BuildOutputs;
import io.gateau.jobs.testing.DuckDb;
import io.gateau.jobs.testing.GateauProcess;
import io.gateau.jobs.testing.PairArguments;
import io.gateau.jobs.testing.StandaloneCluster;
import io.gateau.testing.PoisonTokenizer;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Samples for which the native tokenizer throws, aborts its process or does not come back, on a
 * real cluster and on one machine: they are rejected, and everything else is scored.
 */
final class PoisonIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final int ROWS = 60;

  /** What is added to the context of a sample, by its number. */
  private static final Map<Integer, String> POISON =
      new TreeMap<>(
          Map.of(7, PoisonTokenizer.THROWS, 30, PoisonTokenizer.ABORTS, 31, PoisonTokenizer.HANGS));

  /** Why those samples are rejected, by their id. */
  private static final Map<String, String> REASONS =
      Map.of("s7", "failed", "s30", "crashed", "s31", "timed-out");

  @TempDir static Path folder;
  private static Path model;
  private static Path poisoned;
  private static List<List<Object>> clean;

  @BeforeAll
  static void scoresAllButThePoison() throws IOException {
    model = PoisonTokenizer.poison(TinyCheckpoint.tied().write(folder.resolve("model")));
    poisoned = input("poisoned.jsonl", true);
    List<String> command = new ArrayList<>(List.of("run", "--master", "local[2]"));
    command.addAll(arguments(input("clean.jsonl", false), "clean"));
    try (GateauProcess process = GateauProcess.start(folder, "io.gateau.jobs.Gateau", command)) {
      assertEquals(0, process.exitCode(LIMIT), process.stderr());
    }
    clean = ranking(folder.resolve("clean"));
  }

  private static Path input(String name, boolean poisoned) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      if (poisoned || !POISON.containsKey(i)) {
        String context =
            "sample %d says that ".formatted(i) + "word%d here ".formatted(i).repeat(12);
        lines.add(
            """
            {"id": "s%d", "context": "%s%s", "instruction": "what is it", "response": "it is %d"}\
            """
                .formatted(i, context, POISON.getOrDefault(i, ""), i));
      }
    }
    return Files.write(folder.resolve(name), lines);
  }

  private static List<String> arguments(Path input, String output) {
    return PairArguments.of(
        input, model, folder.resolve(output), "--max-tokens", "2048", "--sample-seconds", "10");
  }

  private static List<List<Object>> ranking(Path output) {
    return DuckDb.query(output, "select id, rank, selected from {scores} order by rank");
  }

  private static Map<String, String> rejected(Path output) {
    Map<String, String> reasons = new TreeMap<>();
    DuckDb.query(output, "select id, reason from {rejected}")
        .forEach(row -> reasons.put(row.get(0).toString(), row.get(1).toString()));
    return reasons;
  }

  @Test
  void onAClusterPoisonIsRejectedAndAllElseIsScoredInOneRun() {
    try (StandaloneCluster cluster = StandaloneCluster.start()) {
      cluster
          .submit(
              BuildOutputs.gateauJar(),
              "io.gateau.jobs.RunJob",
              List.of("spark.ui.enabled=false"),
              arguments(poisoned, "cluster"),
              LIMIT)
          .requireSuccess();
    }
    requireThatOnlyPoisonIsMissing(folder.resolve("cluster"));
  }

  @Test
  void onOneMachineOneCommandOfTheLauncherDoesTheSame() {
    List<String> command = new ArrayList<>(List.of("run", "--master", "local[2]"));
    command.addAll(arguments(poisoned, "local"));
    try (GateauProcess process = GateauProcess.launch(folder, command)) {
      assertEquals(0, process.exitCode(LIMIT), process.stderr());
      assertTrue(process.stderr().contains("restart 1 of 20"), process.stderr());
    }
    requireThatOnlyPoisonIsMissing(folder.resolve("local"));
  }

  private static void requireThatOnlyPoisonIsMissing(Path output) {
    assertEquals(REASONS, rejected(output));
    assertEquals(clean, ranking(output));
    assertEquals(
        0,
        DuckDb.number(
            output, "select count(*) from {rejected} where reason = 'failed' and detail is null"));
  }
}
