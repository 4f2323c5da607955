package io.gateau.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gateau.train.FineTuneStudy.Row;
import io.gateau.train.FineTuneStudy.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTuneStudyTest {
  @TempDir Path directory;

  /** 0.2, 0.5, 0.8: mean 0.5, standard deviation sqrt((0.09 + 0 + 0.09) / 2) = 0.3. */
  @Test
  void rowsAreMeanAndSpreadOverTheSeeds() {
    List<Row> rows =
        FineTuneStudy.rows(
            List.of(
                new Run("a", 10, 4, 1, Map.of(256, 0.2)),
                new Run("b", 10, 4, 1, Map.of(256, 0.7)),
                new Run("a", 10, 4, 2, Map.of(256, 0.5)),
                new Run("a", 10, 4, 3, Map.of(256, 0.8))));
    assertEquals(List.of("a", "b"), rows.stream().map(Row::arm).toList());
    assertEquals(0.5, rows.get(0).mean().get(256), 1e-12);
    assertEquals(0.3, rows.get(0).spread().get(256), 1e-12);
    assertEquals(0.7, rows.get(1).mean().get(256), 1e-12);
    assertEquals(0, rows.get(1).spread().get(256));
  }

  @Test
  void everyArmIsTrainedOnTheTopOfItsRanking() {
    Path base =
        new LlamaConfig(1, 16, 2, 16, 64, 10_000)
            .write(directory.resolve("base"), new PairCurriculum(1).vocabulary(), 1);
    List<InstructionSample> samples = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      samples.add(
          new InstructionSample("s" + i, "The mill code .", "What is the mill code ?", "42 ."));
    }
    List<InstructionSample> reversed = new ArrayList<>(samples);
    Collections.reverse(reversed);
    FineTune fineTune = FineTune.from(base).steps(3).probes(1).distances(List.of(128));
    List<Run> reported = new ArrayList<>();
    List<Run> runs =
        new FineTuneStudy(fineTune, List.of(10, 30), 2)
            .execute(Map.of("reversed", reversed), reported::add);
    assertEquals(runs, reported);
    assertEquals(
        List.of(
            "full 100 10 1",
            "reversed 10 1 1",
            "reversed 30 3 1",
            "full 100 10 2",
            "reversed 10 1 2",
            "reversed 30 3 2"),
        runs.stream()
            .map(run -> run.arm() + " " + run.percent() + " " + run.samples() + " " + run.seed())
            .toList());
  }

  @Test
  void aStudyNeedsSeedsAndPercents() {
    assertEquals(
        "0 seeds and the top [100] %; give at least one seed, and percents from 1 to 99",
        assertThrows(
                IllegalArgumentException.class,
                () -> new FineTuneStudy(FineTune.from(directory), List.of(100), 0))
            .getMessage());
  }
}
