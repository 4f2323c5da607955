package io.gateau.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gateau.train.FineTuneStudy.Row;
import io.gateau.train.FineTuneStudy.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
    List<String> backwards = new ArrayList<>();
    for (int i = 9; i >= 0; i--) {
      backwards.add("s" + i);
    }
    FineTune fineTune = FineTune.from(base).steps(3).probes(1).distances(List.of(128));
    List<Set<String>> asked = new ArrayList<>();
    List<Run> seen = new ArrayList<>();
    List<Run> runs =
        new FineTuneStudy(fineTune, List.of(10, 30), 2)
            .execute(
                Map.of("backwards", backwards),
                ids -> {
                  asked.add(new TreeSet<>(ids));
                  return ids.stream().collect(Collectors.toMap(id -> id, id -> sample(id)));
                },
                seen::add);
    assertEquals(List.of(3, 1, 3, 3, 1, 3), asked.stream().map(Set::size).toList(), "texts read");
    assertEquals(Set.of("s9"), asked.get(1), "the top of ten per cent");
    assertEquals(Set.of("s9", "s8", "s7"), asked.get(2), "the top of thirty per cent");
    assertEquals(runs, seen);
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

  private static InstructionSample sample(String id) {
    return new InstructionSample(id, "The mill code .", "What is the mill code ?", "42 .");
  }

  /** Ten samples, seven steps: none twice; then a second round in another order. */
  @Test
  void everySampleIsReadOnceBeforeOneIsReadAgain() {
    List<String> ids = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    List<String> order = SampleOrder.of(ids, 17, 5);
    assertEquals(17, order.size());
    assertEquals(Set.copyOf(ids), Set.copyOf(order.subList(0, 10)), "the first round");
    assertEquals(7, Set.copyOf(order.subList(10, 17)).size(), "the second round so far");
    assertEquals(order.subList(0, 7), SampleOrder.of(ids, 7, 5), "the same seed");
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
