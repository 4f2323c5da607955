package io.gateau.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.train.Stage.Schedule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {
  @TempDir Path directory;

  /** Warm-up 40 steps: 1/40, 20/40, 1, 1; decay over 100 steps: times 1, 0.81, 0.5, 0.05. */
  @Test
  void theRateWarmsUpAndDecays() {
    Stage constant = stage("a", 100, 0, Schedule.CONSTANT);
    Stage decaying = stage("a", 100, 0, Schedule.LINEAR_DECAY);
    int[] steps = {0, 19, 50, 99};
    double[] warmedUp = {0.025, 0.5, 1, 1};
    double[] decayed = {0.025, 0.405, 0.5, 0.05};
    for (int i = 0; i < steps.length; i++) {
      assertEquals(2e-3 * warmedUp[i], constant.rate(steps[i]), 1e-9, "step " + steps[i]);
      assertEquals(2e-3 * decayed[i], decaying.rate(steps[i]), 1e-9, "step " + steps[i]);
    }
  }

  @Test
  void stagesFollowEachOtherAndOneMayEndEarly() {
    Stage early = stage("early", 300, 100, Schedule.CONSTANT);
    Stage whole = stage("whole", 35, 0, Schedule.CONSTANT);
    List<TrainingProgress> points = new ArrayList<>();
    Path model =
        new LlamaConfig(1, 16, 2, 16, 32, 5_000).write(directory.resolve("model"), words(), 4);
    try (DecoderTrainer trainer = DecoderTrainer.open(model, AdamConfig.DEFAULT)) {
      Training training = new Training(List.of(early, whole), points::add);
      training.run(trainer, early);
      training.run(trainer, whole);
      assertEquals(7_000, trainer.config().ropeTheta());
    }
    assertEquals(
        List.of("early 10", "early 20", "early 21", "whole 10", "whole 20", "whole 30", "whole 35"),
        points.stream().map(point -> point.stage() + " " + point.step()).toList());
    TrainingProgress last = points.get(points.size() - 1);
    assertEquals((21 + 35) * 4 * 32, last.tokens());
    assertTrue(last.left().isZero(), "nothing is left: " + last.left());
    assertTrue(points.get(0).left().compareTo(points.get(1).left().dividedBy(100)) > 0);
  }

  @Test
  void aStageWithoutStepsIsRefused() {
    assertEquals(
        "stage a: 0 steps at rate 0.002 until loss 0.0; give a positive number of steps and rate",
        assertThrows(IllegalArgumentException.class, () -> stage("a", 0, 0, Schedule.CONSTANT))
            .getMessage());
  }

  private static Stage stage(String name, int steps, double targetLoss, Schedule schedule) {
    return new Stage(
        name, 7_000, steps, 2e-3, schedule, targetLoss, () -> new CopyTask(50, 4, 32, 1));
  }

  private static List<String> words() {
    return IntStream.range(0, 50).mapToObj(i -> "w" + i).toList();
  }
}
