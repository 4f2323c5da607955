package io.gateau.model.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.gateau.model.LoadedModel;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.testing.FamilyCheckpoint;
import io.gateau.testing.NaiveDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The naive decoder, transformers and the engine: three programs that share no code, and one set of
 * numbers for every family and rotary scaling.
 */
public class NaiveFamilyTest {
  @TempDir Path temporary;

  static Stream<Arguments> checkpoints() throws IOException {
    List<Arguments> all = new ArrayList<>();
    for (String name : FamilyCheckpoint.names()) {
      for (String config : FamilyCheckpoint.CONFIGS) {
        all.add(Arguments.of(name, config));
      }
    }
    return all.stream();
  }

  static List<String> names() throws IOException {
    return FamilyCheckpoint.names();
  }

  /* Both in double: what is left is the twelve digits that the goldens are written with. */
  @ParameterizedTest
  @MethodSource("checkpoints")
  void theNaiveDecoderIsTransformersInDoublePrecision(String name, String config)
      throws IOException {
    Path directory = FamilyCheckpoint.copy(name, config, temporary);
    NaiveDecoder naive = new NaiveDecoder(directory);
    for (JsonNode sequence : FamilyCheckpoint.golden(name)) {
      int[] tokens = FamilyCheckpoint.tokens(sequence);
      double[] nll = FamilyCheckpoint.numbers(sequence, "negative_log_likelihood");

      NaiveDecoder.Trace trace = naive.run(tokens, tokens.length - nll.length);

      assertArrayEquals(nll, trace.nll(), 1e-9, name + ": negative log-likelihood");
      assertArrayEquals(
          FamilyCheckpoint.numbers(sequence, "attention"),
          trace.attention(),
          1e-10,
          name + ": attention focus");
    }
  }

  /* Texts and rotary bases that no golden has. */
  @ParameterizedTest
  @MethodSource("names")
  void theEngineAgreesOnOtherTextsAndAnotherRotaryBase(String name) throws IOException {
    Path directory = FamilyCheckpoint.copy(name, "config.json", temporary);
    Random random = new Random(name.hashCode());
    try (LoadedModel model = load(directory)) {
      double theta = 3 * model.checkpoint().config().ropeTheta();
      Decoder decoder = model.decoder(theta);
      NaiveDecoder naive = new NaiveDecoder(directory, theta);
      for (int trial = 0; trial < 3; trial++) {
        int[] tokens = random.ints(20 + random.nextInt(120), 0, 64).toArray();
        int response = 1 + random.nextInt(tokens.length - 1);

        NaiveDecoder.Trace expected = naive.run(tokens, tokens.length - response);
        Decoder.FocusedOutput pass = decoder.scoreWithFocus(tokens, response);

        String what = name + ", " + tokens.length + " tokens, response " + response;
        assertArrayEquals(expected.nll(), pass.negativeLogLikelihood(), 2e-4, what);
        assertArrayEquals(expected.attention(), pass.attention(), 1e-5, what);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "mistral-window", "phi3-longrope-partial", "gemma3"})
  void theFocusOfSomeLayersAndHeadsIsTheirsAlone(String name) throws IOException {
    Path directory = FamilyCheckpoint.copy(name, "config.json", temporary);
    NaiveDecoder naive = new NaiveDecoder(directory);
    int[] tokens = new Random(3).ints(90, 0, 64).toArray();
    NaiveDecoder.Trace trace = naive.run(tokens, 75);
    try (LoadedModel model = load(directory)) {
      ModelConfig config = model.checkpoint().config();
      Decoder decoder = model.decoder(config.ropeTheta());
      int last = config.layers() - 1;
      AttentionHeads all = AttentionHeads.all(config);
      int heads = config.heads();
      for (AttentionHeads chosen :
          List.of(
              new AttentionHeads(List.of(last), all.heads()),
              new AttentionHeads(List.of(0), List.of(0, 2)),
              new AttentionHeads(all.layers(), List.of(heads - 2, heads - 1)),
              new AttentionHeads(all.layers(), List.of(1)))) {

        Decoder.FocusedOutput pass = decoder.scoreWithFocus(tokens, 15, chosen);

        assertArrayEquals(
            trace.attention(chosen.layers(), chosen.heads()),
            pass.attention(),
            1e-5,
            name + " " + chosen);
        assertArrayEquals(trace.nll(), pass.negativeLogLikelihood(), 2e-4, name + " " + chosen);
      }
      assertArrayEquals(
          decoder.scoreWithFocus(tokens, 15).attention(),
          decoder.scoreWithFocus(tokens, 15, all).attention(),
          name + ": all of them, written out");
      assertEquals(
          "attention layer %d is not one of this model's %d, numbered from 0"
              .formatted(last + 1, config.layers()),
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      decoder.scoreWithFocus(
                          tokens, 15, new AttentionHeads(List.of(last + 1), List.of(0))))
              .getMessage());
      assertEquals(trace.received().length, all.layers().size(), "all layers");
    }
  }

  private static LoadedModel load(Path directory) {
    return LoadedModel.load(
        Checkpoint.open(directory),
        Dtype.FLOAT32,
        Device.cpu(),
        new TileSizes(1000, 64, 3000, 3, 9, 8, 5000));
  }
}
