package io.gateau.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.model.LoadedModel;
import io.gateau.model.ModelCache;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.decoder.Decoder;
import io.gateau.model.decoder.DecoderTest;
import io.gateau.testing.Deviations;
import io.gateau.testing.LongValues;
import io.gateau.testing.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * The production engine against an independent program's numbers for a real checkpoint: all twelve
 * samples, every signal, and the published greedy continuation.
 *
 * <p>Runs only beside the folder {@code shared} ({@link SharedFolder}). In a clone without it
 * {@link SampleScorerTest} checks the same signals against goldens of the naive decoder, and {@link
 * DecoderTest} checks passes and greedy continuation against the naive decoder itself.
 */
@EnabledIf("io.gateau.testing.SharedFolder#present")
class OracleTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double LONG_ROPE_THETA = 40_000;
  private static final int GREEDY_TOKENS = 258;

  /** The promise is 1e-3; this is what float32 holds. */
  private static final double RELATIVE = 1e-4;

  private final Path shared = SharedFolder.find().orElseThrow();

  @AfterEach
  void close() {
    ModelCache.closeAll();
  }

  @Test
  void everySignalOfEverySampleIsTheOracles() throws Exception {
    List<JsonNode> samples = read("samples.jsonl");
    List<JsonNode> signals = read("signals.jsonl");
    assertEquals(12, samples.size());
    Deviations deviations = new Deviations();
    for (int i = 0; i < samples.size(); i++) {
      JsonNode expected = signals.get(i);
      assertEquals(expected.required("id"), samples.get(i).required("id"));
      TokenizedSample pieces = pieces(samples.get(i));
      assertEquals(expected.required("context_tokens").asInt(), pieces.context().length);
      assertEquals(expected.required("response_tokens").asInt(), pieces.response().length);
      assertEquals(expected.required("middle_tokens").asInt(), pieces.instruction().length);

      Decoder shortModel = ModelCache.decoder(spec(ModelSpec.CONFIGURED_THETA));
      Decoder longModel = ModelCache.decoder(spec(LONG_ROPE_THETA));
      deviations.add(
          "short_ppl",
          expected.required("short_ppl").asDouble(),
          scorer(shortModel).perplexity(pieces).orElseThrow());
      LongValues actual = LongValues.of(scorer(longModel), pieces).orElseThrow();
      deviations.add("long_ppl", expected.required("long_ppl").asDouble(), actual.perplexity());
      deviations.add("segment_ppl", numbers(expected, "segment_ppl"), actual.segmentPerplexity());
      deviations.add(
          "segment_attention", numbers(expected, "segment_attention"), actual.segmentAttention());
    }
    System.out.println("oracle, 12 samples: " + deviations.table());
    deviations.assertBelow(RELATIVE);
  }

  private static SampleScorer scorer(Decoder decoder) {
    return new SampleScorer(decoder, ScoringConfig.DEFAULT);
  }

  @Test
  void theGreedyContinuationIsThePublishedOne() throws Exception {
    String published = Files.readString(shared.resolve("oracle/stories260K-greedy.txt"));
    LoadedModel model = ModelCache.get(spec(ModelSpec.CONFIGURED_THETA));
    Decoder decoder = ModelCache.decoder(spec(ModelSpec.CONFIGURED_THETA));
    int[] sequence = new int[1 + GREEDY_TOKENS];
    sequence[0] = model.tokenizer().start().orElseThrow();
    for (int i = 1; i < sequence.length; i++) {
      sequence[i] = decoder.mostLikelyNext(Arrays.copyOf(sequence, i));
    }
    int[] continuation = Arrays.copyOfRange(sequence, 1, sequence.length);

    assertArrayEquals(model.tokenizer().encode(published), continuation);
    assertEquals(published, model.tokenizer().decode(continuation));
  }

  private TokenizedSample pieces(JsonNode sample) {
    String user = sample.at("/messages/0/content").asText();
    int blank = user.lastIndexOf("\n\n");
    return TokenizedSample.of(
        ModelCache.get(spec(ModelSpec.CONFIGURED_THETA)).tokenizer(),
        PromptTemplate.GATEAU,
        user.substring(0, blank),
        user.substring(blank + 2),
        sample.at("/messages/1/content").asText());
  }

  private ModelSpec spec(double ropeTheta) {
    return new ModelSpec(
        shared.resolve("models/stories260K").toString(), ropeTheta, Dtype.FLOAT32, "cpu");
  }

  private static double[] numbers(JsonNode expected, String name) {
    return JSON.convertValue(expected.required(name), double[].class);
  }

  private List<JsonNode> read(String file) throws IOException {
    List<JsonNode> nodes = new ArrayList<>();
    for (String line : Files.readAllLines(shared.resolve("oracle").resolve(file))) {
      nodes.add(JSON.readTree(line));
    }
    return nodes;
  }
}
