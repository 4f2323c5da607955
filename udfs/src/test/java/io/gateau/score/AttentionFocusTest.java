package io.gateau.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.decoder.NaiveFamilyTest;
import io.gateau.testing.FamilyCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which heads are meant; what comes of it is in {@link NaiveFamilyTest}. */
class AttentionFocusTest {
  @TempDir Path temporary;
  private ModelConfig config;

  @BeforeEach
  void read() throws IOException {
    config = ModelConfig.read(FamilyCheckpoint.copy("gemma3", "config.json", temporary));
    assertEquals(4, config.layers());
    assertEquals(3, config.heads());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "all     | 0 1 2 3 | 0-3",
        "first:2 | 0 1     | 0-1",
        "last:2  | 2 3     | 2-3",
        "last:4  | 0 1 2 3 | 0-3",
        "2       | 2       | 2",
        "1-3     | 1 2 3   | 1-3",
        "3,0     | 0 3     | 0,3",
        "0,1,3-3 | 0 1 3   | 0-1,3",
        "0-1,1-2 | 0 1 2   | 0-2"
      })
  void oneChoiceHasOneText(String text, String layers, String canonical) {
    AttentionFocus focus = new AttentionFocus(text, "all");

    List<Integer> expected = Arrays.stream(layers.split(" ")).map(Integer::valueOf).toList();
    assertEquals(expected, focus.in(config).layers());
    assertEquals(List.of(0, 1, 2), focus.in(config).heads());
    assertEquals(new AttentionFocus(canonical, "0-2"), focus.canonical(config));
    assertEquals(focus.canonical(config), focus.canonical(config).canonical(config));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "-1", "1-", "3-1", "a", "last:0", "last", "1,,2", "1;2", "every"})
  void whatIsNoChoiceIsAnError(String text) {
    String mend =
        " is no choice; use all, first:8, last:8, or numbers from 0 on such as 4-11 or 0,5,7-9";
    assertEquals(
        "attention-layers " + text + mend, complaint(() -> new AttentionFocus(text, "all")));
    assertEquals(
        "attention-heads " + text + mend, complaint(() -> new AttentionFocus("all", text)));
  }

  @Test
  void layersThatTheModelLacksAreAnError() {
    for (String heads : List.of("3", "0-3", "last:4")) {
      assertEquals(
          "attention-heads "
              + heads
              + " asks for more than the long model has: 3, numbered 0 to 2; use all, or some of"
              + " these",
          assertThrows(ModelException.class, () -> new AttentionFocus("all", heads).in(config))
              .getMessage());
    }
  }

  private static String complaint(Runnable call) {
    return assertThrows(IllegalArgumentException.class, call::run).getMessage();
  }
}
