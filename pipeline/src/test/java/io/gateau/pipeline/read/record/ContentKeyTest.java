package io.gateau.pipeline.read.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContentKeyTest {

  /*
   * From Python: t = lambda s: len(s.encode()).to_bytes(8, "big") + s.encode();
   * hashlib.sha256(t(a) + t(b) + t(c)).hexdigest()[:32]
   */
  @Test
  void theKeyIsTheBeginningOfASha256OverLengthsAndTexts() {
    assertEquals("9d908ecfb6b256def8b49a7c504e6c88", ContentKey.of("", "", ""));
    assertEquals("d8825165d86de3da3d76cd34819a7c6a", ContentKey.of("doc", "ask", "answer"));
    assertEquals(
        "a56d14b829393a7c4416fe53f48202ca", ContentKey.of("\u00e9\ud834\udd1e", "a\0", "\n"));
  }

  @Test
  void whereOneTextEndsAndTheNextBeginsDecides() {
    List<String> keys =
        List.of(
            ContentKey.of("ab", "c", "d"),
            ContentKey.of("a", "bc", "d"),
            ContentKey.of("abc", "", "d"),
            ContentKey.of("", "abc", "d"),
            ContentKey.of("c", "ab", "d"));

    assertEquals(keys.size(), Set.copyOf(keys).size());
  }

  @Test
  void differentTextsHaveDifferentKeys() {
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      assertTrue(keys.add(ContentKey.of("doc " + i, "ask", "answer")), "text " + i);
    }
  }
}
