package io.gateau.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleStatusTest {
  /* These codes are values on disk. */
  @Test
  void everyStatusHasACodeThatLeadsBackToIt() {
    assertEquals(
        List.of(
            "ok",
            "too-short",
            "too-long",
            "empty-response",
            "no-embedding",
            "non-finite",
            "out-of-memory"),
        Arrays.stream(SampleStatus.values()).map(SampleStatus::code).toList());
    for (SampleStatus status : SampleStatus.values()) {
      assertEquals(status, SampleStatus.of(status.code()));
    }
  }

  @Test
  void anUnknownCodeIsNamed() {
    for (String code : List.of("OK", "too_short", "")) {
      assertEquals(
          "no status " + code,
          assertThrows(IllegalArgumentException.class, () -> SampleStatus.of(code)).getMessage());
    }
  }
}
