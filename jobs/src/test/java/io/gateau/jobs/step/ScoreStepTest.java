package io.gateau.jobs.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScoreStepTest {
  @Test
  void filesThatAreNotReadAreCountedAndOneIsNamed() {
    assertEquals(Optional.empty(), ScoreStep.passedOver(List.of()));
    assertEquals(
        Optional.of(
            "Files of the input that are not read, because their names have no known extension or they are no regular files: 2, such as /d/a.csv."),
        ScoreStep.passedOver(List.of("/d/a.csv", "/d/b")));
  }
}
