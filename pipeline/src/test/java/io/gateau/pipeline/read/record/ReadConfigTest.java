package io.gateau.pipeline.read.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gateau.chat.InstructionAt;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadConfigTest {

  private static String refusal(List<String> input, int maxLineBytes) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> new ReadConfig(input, InstructionAt.LAST, maxLineBytes))
        .getMessage();
  }

  @Test
  void defaultsAreTheLastParagraphAndSixteenMebibytes() {
    assertEquals(
        new ReadConfig(List.of("a", "b"), InstructionAt.LAST, 16_777_216), ReadConfig.of("a", "b"));
  }

  @Test
  void valuesOutOfRangeAreRefusedWithAWayOut() {
    assertEquals(
        "input is empty; name at least one file, directory or glob", refusal(List.of(), 1));
    assertEquals(
        "input holds a blank path: [a,  ]; remove it or name a file, directory or glob",
        refusal(List.of("a", " "), 1));
    assertEquals(
        "max-line-bytes 0 is outside [1, 1073741824]; use 16777216 for the usual setting",
        refusal(List.of("a"), 0));
    assertEquals(
        "max-line-bytes 1073741825 is outside [1, 1073741824]; use 16777216 for the usual setting",
        refusal(List.of("a"), 1_073_741_825));
  }

  @Test
  void configurationValuesAndCodesGoBothWays() {
    for (InstructionAt at : InstructionAt.values()) {
      assertEquals(at, InstructionAt.of(at.code()));
    }
    for (RejectionReason reason : RejectionReason.values()) {
      assertEquals(reason, RejectionReason.of(reason.code()));
    }
    assertEquals("last", InstructionAt.LAST.code());
    assertEquals("invalid-utf8", RejectionReason.INVALID_UTF8.code());
    assertEquals("out-of-memory", RejectionReason.OUT_OF_MEMORY.code());
  }

  @Test
  void unknownConfigurationValuesAndCodesAreRefused() {
    assertEquals(
        "instruction: 'Last' is no paragraph; use last (the usual setting) or first",
        assertThrows(IllegalArgumentException.class, () -> InstructionAt.of("Last")).getMessage());
    assertEquals(
        "'bad' is no rejection reason",
        assertThrows(IllegalArgumentException.class, () -> RejectionReason.of("bad")).getMessage());
  }
}
