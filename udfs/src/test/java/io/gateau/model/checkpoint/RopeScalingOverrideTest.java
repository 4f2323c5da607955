package io.gateau.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.model.LoadedModel;
import io.gateau.model.MemoryPolicy;
import io.gateau.model.ModelSpec;
import io.gateau.model.decoder.Decoder;
import io.gateau.model.decoder.TileSizes;
import io.gateau.testing.FamilyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A scaling from outside does what the same scaling in config.json does. */
class RopeScalingOverrideTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PARAMETERS = "rope_parameters";

  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none        | {'rope_type':'default'}",
        "linear:4    | {'factor':4.0,'rope_type':'linear'}",
        "dynamic:2.5 | {'factor':2.5,'rope_type':'dynamic'}",
        "yarn:4      | {'factor':4.0,'rope_type':'yarn'}",
        "yarn:4:64   | {'factor':4.0,'original_max_position_embeddings':64,'rope_type':'yarn'}",
        "llama3:8    | {'factor':8.0,'high_freq_factor':4.0,'low_freq_factor':1.0,'rope_type':'llama3'}",
        "' {\"type\": \"linear\", \"factor\": 4} ' | {'factor':4,'rope_type':'linear'}",
        "{\"type\": \"yarn\", \"rope_type\": \"linear\", \"factor\": 2} | {'factor':2,'rope_type':'linear'}",
        "{\"type\": \"su\", \"short_factor\": [1], \"long_factor\": [2], \"factor\": null} | {'long_factor':[2],'rope_type':'longrope','short_factor':[1]}"
      },
      quoteCharacter = '\u0001')
  void bothWaysToWriteItGiveTheObjectOfConfigJson(String text, String json) {
    String plain = text.replace("' ", "").replace(" '", "");
    assertEquals(json.replace('\'', '"'), RopeScalingOverride.of(plain).json());
    assertEquals(
        RopeScalingOverride.of(plain),
        RopeScalingOverride.of(RopeScalingOverride.of(plain).json()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "mrope      | is not known; use none, linear:4, dynamic:2, yarn:4, yarn:4:32768, llama3:8, llama3:8:8192 or the JSON object of a model card's rope_scaling",
        "linear     | has no factor; as in linear:4",
        "yarn       | has no factor; as in yarn:4",
        "none:4     | has 2 parts where default has 1; use none, linear:4, dynamic:2, yarn:4, yarn:4:32768, llama3:8, llama3:8:8192 or the JSON object of a model card's rope_scaling",
        "linear:x   | has a part that is no number; use none, linear:4, dynamic:2, yarn:4, yarn:4:32768, llama3:8, llama3:8:8192 or the JSON object of a model card's rope_scaling",
        "linear:0   | has factor 0.0; it must be a positive number",
        "linear:NaN | has factor \"NaN\"; it must be a positive number",
        "yarn:4:-1  | has original_max_position_embeddings -1; it must be a positive whole number of tokens",
        "longrope   | lacks short_factor or long_factor; longrope has a number for every pair, so give the JSON object of the model card, or leave it out to use config.json's",
        "{\"rope_type\":\"linear\",\"factr\":4} | has factr, which is not part of linear; its keys are rope_type, factor",
        "{\"rope_type\":\"linear\",\"factor\":4,\"rope_theta\":7} | has rope_theta, which is no scaling; take it out, and give another rotary base as rope-theta",
        "{\"factor\":4} | is not known; use none, linear:4, dynamic:2, yarn:4, yarn:4:32768, llama3:8, llama3:8:8192 or the JSON object of a model card's rope_scaling"
      })
  void whatIsNoScalingIsRefusedWithTheWayOut(String text, String complaint) {
    assertEquals("rope-scaling " + text + " " + complaint, complaint(text));
  }

  @Test
  void brokenJsonIsRefused() {
    assertEquals(
        true, complaint("{\"rope_type\":").startsWith("rope-scaling {\"rope_type\": is not valid"));
  }

  /*
   * The checkpoint whose config states a scaling, without it: transformers' numbers of the stated
   * one come out when the override says the same.
   */
  @ParameterizedTest
  @CsvSource({
    "llama-linear, linear:4",
    "llama-dynamic, dynamic:2",
    "llama-yarn, yarn:4:64",
    "llama-llama3, llama3:8:32",
    "qwen2-yarn, yarn:4:64",
    "gemma3-linear, linear:8",
    "llama-yarn-keys, the object",
    "llama-yarn-attention-factor, the object",
    "llama-longrope, the object",
    "phi3-longrope, the object",
    "phi3-longrope-partial, the object"
  })
  void anOverriddenCheckpointIsTheOneThatStatesIt(String name, String text) throws IOException {
    Path stated = FamilyCheckpoint.copy(name, "config.json", temporary.resolve("stated"));
    Path plain = FamilyCheckpoint.copy(name, "config.json", temporary.resolve("plain"));
    RopeScalingOverride override = RopeScalingOverride.of(without(plain, text));
    ModelConfig expected = ModelConfig.read(stated);
    Checkpoint checkpoint = Checkpoint.open(plain);
    assertNotEquals(expected.rotary(), checkpoint.config().rotary(), "the scaling is taken away");

    assertEquals(expected, spec(plain, override).config(checkpoint));
    try (LoadedModel model =
        LoadedModel.load(checkpoint, Dtype.FLOAT32, Device.cpu(), TileSizes.DEFAULT)) {
      Decoder decoder = model.decoder(spec(plain, override));
      for (JsonNode sequence : FamilyCheckpoint.golden(name)) {
        double[] nll = FamilyCheckpoint.numbers(sequence, "negative_log_likelihood");
        int[] tokens = FamilyCheckpoint.tokens(sequence);
        assertArrayEquals(
            nll, decoder.negativeLogLikelihood(new int[][] {tokens}, nll.length)[0], 1e-4, name);
      }
    }
  }

  @Test
  void noneTakesTheScalingOfConfigJsonAway() throws IOException {
    Path directory = FamilyCheckpoint.copy("llama-yarn", "config.old.json", temporary);
    ModelConfig config =
        spec(directory, RopeScalingOverride.of("none")).config(Checkpoint.open(directory));

    assertEquals(new RotaryEmbedding(16, 100, new RotaryScaling.None()), config.rotary());
    assertEquals(config.rotary(), config.windowRotary());
  }

  /* The file says 64 of 256: what was stretched once is stretched from where it began. */
  @Test
  void theLengthBeforeStretchingIsThatOfConfigJsonUnlessGiven() throws IOException {
    Path directory = FamilyCheckpoint.copy("llama-yarn", "config.json", temporary);
    Checkpoint checkpoint = Checkpoint.open(directory);

    assertEquals(64, yarn(checkpoint, "yarn:2").originalLength());
    assertEquals(32, yarn(checkpoint, "yarn:2:32").originalLength());
    Path plain = FamilyCheckpoint.copy("llama", "config.json", temporary);
    int longest = ModelConfig.read(plain).layers() > 0 ? 2048 : 0;
    assertEquals(longest, yarn(Checkpoint.open(plain), "yarn:2").originalLength());
  }

  @Test
  void aNewBaseAndANewScalingGoTogether() throws IOException {
    Path directory = FamilyCheckpoint.copy("llama", "config.json", temporary);
    ModelSpec spec =
        new ModelSpec(
            directory.toString(),
            7,
            RopeScalingOverride.of("linear:3"),
            Dtype.FLOAT32,
            "cpu",
            MemoryPolicy.DEFAULT);

    assertEquals(
        new RotaryEmbedding(8, 7, new RotaryScaling.Linear(3)),
        spec.config(Checkpoint.open(directory)).rotary());
  }

  @Test
  void aScalingThatDoesNotGoWithTheModelNamesIt() throws IOException {
    Path phi = FamilyCheckpoint.copy("phi3-window", "config.json", temporary);
    assertEquals(
        "rope-scaling for "
            + phi
            + ": rotary scaling yarn is not supported; supported: default,"
            + " longrope",
        modelComplaint(phi, "yarn:4"));
    Path llama = FamilyCheckpoint.copy("llama", "config.json", temporary);
    assertEquals(
        "rope-scaling for "
            + llama
            + ": short_factor is [1]; it must have a positive number for each of 4 rotated pairs",
        modelComplaint(llama, "{\"type\":\"longrope\",\"short_factor\":[1],\"long_factor\":[1]}"));
  }

  private static String modelComplaint(Path directory, String text) {
    ModelSpec spec = spec(directory, RopeScalingOverride.of(text));
    Checkpoint checkpoint = Checkpoint.open(directory);
    return assertThrows(ModelException.class, () -> spec.config(checkpoint)).getMessage();
  }

  private static RotaryScaling.Yarn yarn(Checkpoint checkpoint, String text) {
    ModelSpec spec = spec(checkpoint.directory(), RopeScalingOverride.of(text));
    return (RotaryScaling.Yarn) spec.config(checkpoint).rotary().scaling();
  }

  /** Takes the scaling out of config.json; what was there, for "the object". */
  private static String without(Path directory, String text) throws IOException {
    Path file = directory.resolve("config.json");
    ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
    ObjectNode rope = (ObjectNode) config.required(PARAMETERS);
    if (rope.has("full_attention")) {
      rope = (ObjectNode) rope.required("full_attention");
    }
    ObjectNode scaling = rope.deepCopy();
    scaling.remove(java.util.List.of("rope_theta", "partial_rotary_factor"));
    rope.retain("rope_theta", "partial_rotary_factor").put("rope_type", "default");
    Files.writeString(file, config.toString());
    return text.equals("the object") ? scaling.toString() : text;
  }

  private static ModelSpec spec(Path directory, RopeScalingOverride override) {
    return new ModelSpec(
        directory.toString(),
        ModelSpec.CONFIGURED_THETA,
        override,
        Dtype.FLOAT32,
        "cpu",
        MemoryPolicy.DEFAULT);
  }

  private static String complaint(String text) {
    return assertThrows(IllegalArgumentException.class, () -> RopeScalingOverride.of(text))
        .getMessage();
  }
}
