package io.gateau.score;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleStatusTest {
  /* These codes are values on disk. */
  @Test
  void everyStatusHasItsCode() {
    assertEquals(
        List.of(
            "ok",
            "too-short",
            "too-long",
            "empty-response",
            "no-embedding",
            "non-finite",
            "out-of-memory",
            "failed",
            "crashed",
            "timed-out"),
        Arrays.stream(SampleStatus.values()).map(SampleStatus::code).toList());
  }
}
