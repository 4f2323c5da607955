package io.gateau.testing;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The naive decoder against an independent program's numbers for a real checkpoint.
 *
 * <p>Runs only beside the folder {@code shared} ({@link SharedFolder}); in a clone without it the
 * tests with generated checkpoints stand in. One sample takes about 5 seconds; {@code
 * -Dgateau.oracle=all} checks all twelve.
 */
@EnabledIf("io.gateau.testing.SharedFolder#present")
class OracleTest {

  /**
   * The oracle kept nine significant digits of every likelihood and weight before it took the
   * means; with ours rounded in the same way, its numbers come out to 2e-15.
   */
  private static final double RELATIVE = 1e-8;

  private static final int SEGMENT_TOKENS = 128;
  private static final double LONG_ROPE_THETA = 40_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path shared = SharedFolder.find().orElseThrow();
  private final Path model = shared.resolve("models").resolve("stories260K");

  @Test
  void theGreedyContinuationIsThePublishedOne() throws Exception {
    String published = Files.readString(shared.resolve("oracle/stories260K-greedy.txt"));
    try (NaiveTokens tokens = new NaiveTokens(model)) {
      int[] continuation = new NaiveDecoder(model).greedy(tokens.bos(), 258);

      assertEquals(published, tokens.decode(continuation));
      assertArrayEquals(tokens.encode(published), continuation);
    }
  }

  @ParameterizedTest
  @MethodSource("lines")
  void theSignalsAreTheOracles(int line) throws Exception {
    JsonNode expected = read("signals.jsonl").get(line);
    JsonNode sample = read("samples.jsonl").get(line);
    assertEquals(expected.required("id"), sample.required("id"));
    String user = sample.at("/messages/0/content").asText();
    String response = sample.at("/messages/1/content").asText();
    int blank = user.lastIndexOf("\n\n");
    String context = user.substring(0, blank);
    String instruction = user.substring(blank + 2);
    try (NaiveTokens tokens = new NaiveTokens(model)) {
      assertEquals(expected.required("context_tokens").asInt(), tokens.encode(context).length);
      assertEquals(expected.required("response_tokens").asInt(), tokens.encode(response).length);
      assertEquals(
          expected.required("middle_tokens").asInt(),
          tokens.encode(NaiveTokens.middle(instruction)).length);

      NaiveSignals.Numbers numbers =
          tokens
              .signals(context, instruction, response, SEGMENT_TOKENS)
              .numbers(new NaiveDecoder(model), new NaiveDecoder(model, LONG_ROPE_THETA));

      assertAll(
          () -> assertClose(expected, "short_ppl", numbers.shortPpl()),
          () -> assertClose(expected, "long_ppl", numbers.longPpl()),
          () -> assertClose(expected, "segment_ppl", numbers.segmentPpl()),
          () -> assertClose(expected, "segment_attention", numbers.segmentAttention()));
    }
  }

  static IntStream lines() {
    boolean all = "all".equals(System.getProperty("gateau.oracle"));
    return all ? IntStream.range(0, 12) : IntStream.of(3);
  }

  private static void assertClose(JsonNode expected, String name, double... actual) {
    JsonNode node = expected.required(name);
    double[] values =
        node.isArray()
            ? JSON.convertValue(node, double[].class)
            : new double[] {node.doubleValue()};
    assertEquals(values.length, actual.length, name);
    double worst =
        IntStream.range(0, values.length)
            .mapToDouble(i -> Math.abs(actual[i] / values[i] - 1))
            .max()
            .orElseThrow();
    assertEquals(0, worst, RELATIVE, () -> name + " " + Arrays.toString(actual));
  }

  private List<JsonNode> read(String file) throws IOException {
    List<JsonNode> nodes = new ArrayList<>();
    for (String line : Files.readAllLines(shared.resolve("oracle").resolve(file))) {
      nodes.add(JSON.readTree(line));
    }
    return nodes;
  }
}
