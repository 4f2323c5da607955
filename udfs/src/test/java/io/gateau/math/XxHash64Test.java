package io.gateau.math;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Hashes of the reference program, xxhsum -H1, and of Spark's function xxhash64. */
class XxHash64Test {
  @Test
  void theHashIsThatOfTheReferenceProgram() {
    assertEquals(0xEF46DB3751D8E999L, hash(""));
    assertEquals(0x44BC2CF5AD770999L, hash("abc"));
  }

  private static long hash(String text) {
    return XxHash64.of(text.getBytes(StandardCharsets.UTF_8), 0);
  }
}
