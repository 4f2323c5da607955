package io.gateau.model.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.gateau.model.LoadedModel;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.testing.Deviations;
import io.gateau.testing.FamilyCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every family and rotary scaling against what transformers gives, from config.json as it is now
 * and as it was before transformers 5: resources/families/README.md.
 */
class FamilyGoldenTest {
  private static final Deviations DEVIATIONS = new Deviations();
  private static final Deviations SIXTEEN_BIT = new Deviations();
  private static double worstNats;

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

  @AfterAll
  static void report() {
    System.out.printf("families: %.1e nats; %s", worstNats, DEVIATIONS.table());
    System.out.printf("mean negative log-likelihood: %s", SIXTEEN_BIT.table());
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void everyTokenAndWeightIsThatOfTransformers(String name, String config) throws Exception {
    Path directory = FamilyCheckpoint.copy(name, config, temporary);
    for (TileSizes blocks : List.of(TileSizes.DEFAULT, blocks(config))) {
      try (LoadedModel model = load(directory, Dtype.FLOAT32, blocks)) {
        Decoder decoder = model.decoder(model.checkpoint().config().ropeTheta());
        for (JsonNode sequence : FamilyCheckpoint.golden(name)) {
          int[] tokens = FamilyCheckpoint.tokens(sequence);
          double[] nll = FamilyCheckpoint.numbers(sequence, "negative_log_likelihood");
          double[] attention = FamilyCheckpoint.numbers(sequence, "attention");
          int response = nll.length;

          Decoder.FocusedOutput focused = decoder.scoreWithFocus(tokens, response);
          double[][] batch =
              decoder.negativeLogLikelihood(new int[][] {other(tokens), tokens}, response);

          assertArrayEquals(nll, focused.negativeLogLikelihood(), 1e-4);
          assertArrayEquals(nll, batch[1], 1e-4);
          assertArrayEquals(attention, focused.attention(), 1e-6);
          for (int i = 0; i < response; i++) {
            worstNats = Math.max(worstNats, Math.abs(nll[i] - focused.negativeLogLikelihood()[i]));
            worstNats = Math.max(worstNats, Math.abs(nll[i] - batch[1][i]));
          }
          for (int i = 0; i < tokens.length; i++) {
            if (attention[i] == 0) {
              assertEquals(0, focused.attention()[i], "position " + i + " is behind every window");
            } else {
              DEVIATIONS.add("attention", attention[i], focused.attention()[i]);
            }
          }
        }
      }
    }
    DEVIATIONS.assertBelow(1e-4);
  }

  /* Lengths differ, and so do responses, what is asked, and angles that follow the length. */
  @ParameterizedTest
  @MethodSource("names")
  void textsOfEveryLengthInOneBatchGiveTheSame(String name) throws Exception {
    Path directory = FamilyCheckpoint.copy(name, "config.json", temporary);
    for (TileSizes blocks : List.of(TileSizes.DEFAULT, blocks("config.json"))) {
      try (LoadedModel model = load(directory, Dtype.FLOAT32, blocks)) {
        Decoder decoder = model.decoder(model.checkpoint().config().ropeTheta());
        List<JsonNode> goldens = new ArrayList<>();
        FamilyCheckpoint.golden(name).forEach(goldens::add);
        List<SequenceGroup> groups = new ArrayList<>();
        for (JsonNode golden : goldens) {
          int[] tokens = FamilyCheckpoint.tokens(golden);
          int response = FamilyCheckpoint.numbers(golden, "negative_log_likelihood").length;
          int[][] three = {other(tokens), tokens, other(tokens)};
          groups.add(new SequenceGroup(three, (response + 1) / 2, AttentionHeads.NONE));
          groups.add(
              new SequenceGroup(
                  new int[][] {tokens}, response, AttentionHeads.all(decoder.config())));
        }
        List<SequenceGroupOutput> passes = decoder.forward(List.of(new PackedBatch(groups))).get(0);

        assertTrue(groups.stream().map(SequenceGroup::length).distinct().count() > 1, "one length");
        for (int i = 0; i < goldens.size(); i++) {
          double[] nll = FamilyCheckpoint.numbers(goldens.get(i), "negative_log_likelihood");
          double[] attention = FamilyCheckpoint.numbers(goldens.get(i), "attention");
          double[] half = Arrays.copyOfRange(nll, nll.length / 2, nll.length);
          SequenceGroupOutput three = passes.get(2 * i);
          SequenceGroupOutput one = passes.get(2 * i + 1);
          assertArrayEquals(half, three.negativeLogLikelihood()[1], 1e-4);
          assertEquals(0, three.attention().length);
          assertArrayEquals(nll, one.negativeLogLikelihood()[0], 1e-4);
          assertArrayEquals(attention, one.attention(), 1e-6);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void bothFormsOfAConfigurationMeanTheSame(String name) throws Exception {
    Path now = FamilyCheckpoint.copy(name, "config.json", temporary.resolve("now"));
    Path before = FamilyCheckpoint.copy(name, "config.old.json", temporary.resolve("before"));

    assertEquals(ModelConfig.read(now), ModelConfig.read(before));
    assertEquals(Checkpoint.open(now).fingerprint(), Checkpoint.open(before).fingerprint());
  }

  /* Which linear layers are used depends on the dtype: the prepacked ones where the CPU has the instructions. */
  @ParameterizedTest
  @MethodSource("names")
  void sixteenBitDtypesScoreABatchAsTheyScoreItsSequencesAlone(String name) throws Exception {
    Path directory = FamilyCheckpoint.copy(name, "config.json", temporary);
    for (Dtype type : List.of(Dtype.BFLOAT16, Dtype.FLOAT16)) {
      try (LoadedModel model = load(directory, type, TileSizes.DEFAULT)) {
        Decoder decoder = model.decoder(model.checkpoint().config().ropeTheta());
        List<SequenceGroup> groups = new ArrayList<>();
        for (JsonNode golden : FamilyCheckpoint.golden(name)) {
          int[][] sequence = {FamilyCheckpoint.tokens(golden)};
          int response = FamilyCheckpoint.numbers(golden, "negative_log_likelihood").length;
          groups.add(new SequenceGroup(sequence, response, AttentionHeads.all(decoder.config())));
        }
        List<SequenceGroupOutput> batched =
            decoder.forward(List.of(new PackedBatch(groups))).get(0);
        for (int i = 0; i < groups.size(); i++) {
          SequenceGroupOutput alone =
              decoder.forward(List.of(PackedBatch.of(groups.get(i)))).get(0).get(0);
          double[] expected = alone.negativeLogLikelihood()[0];
          double[] actual = batched.get(i).negativeLogLikelihood()[0];
          double mean = Arrays.stream(expected).average().orElseThrow();
          double is = Arrays.stream(actual).average().orElseThrow();
          assertEquals(mean, is, mean * (type == Dtype.FLOAT16 ? 0.005 : 0.02));
          assertArrayEquals(alone.attention(), batched.get(i).attention(), 1e-3);
        }
      }
    }
  }

  /* Tiny random models amplify rounding: this finds a wrong cast or scale, no more. */
  @ParameterizedTest
  @MethodSource("names")
  void sixteenBitDtypesStayClose(String name) throws Exception {
    Path directory = FamilyCheckpoint.copy(name, "config.json", temporary);
    for (Dtype type : List.of(Dtype.BFLOAT16, Dtype.FLOAT16)) {
      try (LoadedModel model = load(directory, type, new TileSizes(200, 33, 600, 1, 9, 20, 1000))) {
        Decoder decoder = model.decoder(model.checkpoint().config().ropeTheta());
        for (JsonNode sequence : FamilyCheckpoint.golden(name)) {
          double[] nll = FamilyCheckpoint.numbers(sequence, "negative_log_likelihood");
          Decoder.FocusedOutput pass =
              decoder.scoreWithFocus(FamilyCheckpoint.tokens(sequence), nll.length);

          double mean = Arrays.stream(nll).average().orElseThrow();
          double is = Arrays.stream(pass.negativeLogLikelihood()).average().orElseThrow();
          SIXTEEN_BIT.add(name + " " + type.code(), mean, is);
          assertEquals(mean, is, mean * (type == Dtype.FLOAT16 ? 0.005 : 0.02));
          assertEquals(1, Arrays.stream(pass.attention()).sum(), 1e-5);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void anotherRotaryBaseChangesTheNumbers(String name) throws Exception {
    Path directory = FamilyCheckpoint.copy(name, "config.json", temporary);
    try (LoadedModel model = load(directory, Dtype.FLOAT32, TileSizes.DEFAULT)) {
      ModelConfig config = model.checkpoint().config();
      int[] tokens = FamilyCheckpoint.tokens(FamilyCheckpoint.golden(name).get(0));
      double[] own = nll(model.decoder(config.ropeTheta()), tokens);
      double[] other = nll(model.decoder(40 * config.ropeTheta()), tokens);

      assertNotEquals(own[0], other[0]);
      assertEquals(config.rotary().scaling(), config.withRopeTheta(7).rotary().scaling());
      assertEquals(config, config.withRopeTheta(7).withRopeTheta(config.ropeTheta()));
    }
  }

  /* Odd blocks that end within windows, heads and texts. */
  private static TileSizes blocks(String config) {
    return config.equals("config.json")
        ? new TileSizes(50, 7, 1, 5, 4, 3, 130)
        : new TileSizes(1, 33, 600, 1, 16, 1, 1);
  }

  private static double[] nll(Decoder decoder, int[] tokens) {
    return decoder.negativeLogLikelihood(new int[][] {tokens}, 11)[0];
  }

  private static int[] other(int[] tokens) {
    return new Random(1).ints(tokens.length, 0, 64).toArray();
  }

  private static LoadedModel load(Path directory, Dtype type, TileSizes blocks) {
    return LoadedModel.load(Checkpoint.open(directory), type, Device.cpu(), blocks);
  }
}
