package io.gateau.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.model.tokenizer.LetterCuts;
import io.gateau.model.tokenizer.SpecialTokens;
import io.gateau.model.tokenizer.TokenizerFile;
import io.gateau.testing.ChildJvm;
import io.gateau.testing.RandomTokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The last tokens of a text, from its end alone, beside those of the whole text. */
class TokenizerTailTest {
  @TempDir Path directory;

  /* At every place where a text may be cut, not only at those that are used. */
  @ParameterizedTest
  @EnumSource(RandomTokenizer.class)
  void behindACutAreTheLastTokensOfTheWholeText(RandomTokenizer kind) throws Exception {
    LetterCuts cuts = TokenizerFile.parse(kind.json()).cuts();
    try (Tokenizer tokenizer = Tokenizer.open(kind.write(directory))) {
      assertCutsAreSafe(tokenizer, cuts, 200, kind.isKnown());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"short", "long"})
  void theEmbeddedModelsReadTheLastTokensToo(String name) throws Exception {
    String file = "/io/gateau/pair/" + name + "/" + Tokenizer.FILE;
    try (var in = getClass().getResourceAsStream(file)) {
      byte[] json = in.readAllBytes();
      Files.write(directory.resolve(Tokenizer.FILE), json);
      LetterCuts cuts = TokenizerFile.parse(new String(json, StandardCharsets.UTF_8)).cuts();
      try (Tokenizer tokenizer = Tokenizer.open(directory)) {
        assertCutsAreSafe(tokenizer, cuts, 50, true);
      }
    }
  }

  private static void assertCutsAreSafe(
      Tokenizer tokenizer, LetterCuts cuts, int texts, boolean someExpected) {
    Random random = new Random(7);
    int found = 0;
    for (int trial = 0; trial < texts; trial++) {
      String text = RandomTokenizer.text(random, 80);
      for (SpecialTokens special : SpecialTokens.values()) {
        int[] whole = tokenizer.encode(text, special);
        int start = cuts.start(text, text.length());
        while (start > 0) {
          found++;
          int[] end = tokenizer.encode(text.substring(start), special);
          assertTrue(end.length <= whole.length, text);
          assertArrayEquals(
              Arrays.copyOfRange(whole, whole.length - end.length, whole.length),
              end,
              "cut at " + start + " of " + text);
          int before = cuts.start(text, start - 1);
          start = before == start ? cuts.start(text, start - 2) : before;
        }
      }
    }
    assertEquals(someExpected, found > texts, "cuts in %d texts: %d".formatted(texts, found));
  }

  @ParameterizedTest
  @EnumSource(RandomTokenizer.class)
  void theLastTokensAreThoseOfTheWholeText(RandomTokenizer kind) throws Exception {
    Random random = new Random(8);
    try (Tokenizer tokenizer = Tokenizer.open(kind.write(directory))) {
      for (int trial = 0; trial < 60; trial++) {
        String text = RandomTokenizer.text(random, random.nextInt(3_000));
        int limit = random.nextInt(120);
        for (SpecialTokens special : SpecialTokens.values()) {
          int[] whole = tokenizer.encode(text, special);
          Tokenizer.Tail tail = tokenizer.encodeTail(text, limit, special);

          assertEquals(whole.length > limit, tail.truncated());
          assertArrayEquals(
              Arrays.copyOfRange(whole, Math.max(0, whole.length - limit), whole.length),
              tail.tokens(),
              text);
        }
      }
    }
  }

  /*
   * With the one merge "a a", the tokens of a run of a depend on whether its length is even: a cut
   * inside the run, however many tokens agree behind it, would be wrong.
   */
  @Test
  void aLongRunIsNotCut() throws Exception {
    String run = "a".repeat(2_001);
    LetterCuts cuts = TokenizerFile.parse(RandomTokenizer.LLAMA_2.json()).cuts();

    assertEquals(0, cuts.start(run, 1_500));
    assertEquals(2, cuts.start("b " + run, 1_500));
  }

  /* Sixteen million characters: 5.7 million tokens, for which a process took 2 GB of memory. */
  @Test
  void aVeryLongTextNeedsLittleMemory() throws Exception {
    String output =
        ChildJvm.run(LongText.class, RandomTokenizer.LLAMA_2.write(directory).toString());

    assertTrue(output.contains("1000 tokens, truncated true"), output);
    int megabytes = Integer.parseInt(output.replaceAll("(?s).*peak (\\d+) MB.*", "$1"));
    assertTrue(megabytes < 700, output);
  }

  /** Reads the end of a very long text in a JVM with a small heap. */
  static final class LongText {
    private LongText() {}

    public static void main(String[] arguments) throws Exception {
      String text = "bad sta ".repeat(2_000_000);
      try (Tokenizer tokenizer = Tokenizer.open(Path.of(arguments[0]))) {
        Tokenizer.Tail tail = tokenizer.encodeTail(text, 1_000, SpecialTokens.TEXT);
        String peak =
            Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .findFirst()
                .orElseThrow()
                .replaceAll("\\D", "");
        System.out.printf(
            "%d tokens, truncated %b, peak %d MB%n",
            tail.tokens().length, tail.truncated(), Long.parseLong(peak) / 1_000);
      }
    }
  }
}
