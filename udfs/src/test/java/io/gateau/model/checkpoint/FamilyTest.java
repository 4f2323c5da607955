package io.gateau.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.testing.FamilyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a family makes of its config.json: what is missing, what is refused. */
class FamilyTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temporary;

  /* A value of - takes the key away. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gemma3 | final_logit_softcapping | 30.0 | final_logit_softcapping is 30.0; supported: null, as Gemma 3 is published",
        "gemma3 | use_bidirectional_attention | true | use_bidirectional_attention is true; supported: false, a model that predicts what follows",
        "gemma3 | hidden_activation | \"silu\" | hidden_activation is silu (supported: gelu_pytorch_tanh)",
        "gemma3 | sliding_window | null | sliding_window is null; layer_types asks for sliding_attention, so it must be a positive whole number",
        "gemma3 | layer_types | [\"full_attention\"] | layer_types is [\"full_attention\"]; it must have full_attention or sliding_attention for each layer",
        "gemma3 | rope_parameters | {\"rope_type\":\"default\"} | rope_parameters is {\"rope_type\":\"default\"}; it must have full_attention",
        "gemma3 | architectures | [\"Gemma3ForConditionalGeneration\"] | architecture Gemma3ForConditionalGeneration is not supported; supported: LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM, Qwen3ForCausalLM, Phi3ForCausalLM, Gemma3ForCausalLM",
        "phi3-longrope | rope_parameters | {\"rope_type\":\"linear\",\"factor\":2} | rotary scaling linear is not supported; supported: default, longrope, su, yarn",
        "mistral | sliding_window | -5 | sliding_window is -5; it must be a positive whole number",
        "mistral | num_key_value_heads | - | num_key_value_heads is missing; it must be a positive whole number",
        "qwen2 | partial_rotary_factor | 0.5 | partial_rotary_factor is 0.5 (supported: 1)"
      })
  void aSettingThatIsNotComputedIsRefused(String name, String key, String value, String complaint)
      throws IOException {
    Path file = with(name, key, value).resolve("config.json");

    assertEquals(
        file + ": " + complaint,
        assertThrows(ModelException.class, () -> ModelConfig.read(file.getParent())).getMessage());
  }

  @Test
  void aMissingKeyMeansWhatItMeansInTransformers() throws IOException {
    assertEquals(128, ModelConfig.read(with("qwen3", "head_dim", "-")).headSize());
    assertEquals(256, ModelConfig.read(with("gemma3", "head_dim", "-")).headSize());
    assertEquals(1e-5, ModelConfig.read(with("phi3-window", "rms_norm_eps", "-")).normEpsilon());
    assertEquals(1e-6, ModelConfig.read(with("mistral", "rms_norm_eps", "-")).normEpsilon());
    assertEquals(6, ModelConfig.read(with("llama", "num_key_value_heads", "-")).keyValueHeads());
    assertEquals(
        Collections.nCopies(2, 4096),
        ModelConfig.read(with("mistral", "sliding_window", "-")).layerConfig().windows());
    assertEquals(
        List.of(0, 0),
        ModelConfig.read(with("phi3-window", "sliding_window", "-")).layerConfig().windows());
  }

  @Test
  void onlyGemmasTokenizerMayHaveATokenWithoutEmbedding() throws IOException {
    Path gemma = with("gemma3", "-", "-");
    withTokens(gemma, 65);
    assertEquals(64, Checkpoint.open(gemma).config().vocabularySize());
    withTokens(gemma, 66);
    assertThrows(ModelException.class, () -> Checkpoint.open(gemma));
    Path llama = with("llama", "-", "-");
    withTokens(llama, 65);
    assertThrows(ModelException.class, () -> Checkpoint.open(llama));
  }

  private static void withTokens(Path directory, int tokens) throws IOException {
    Path file = directory.resolve("tokenizer.json");
    ObjectNode tokenizer = (ObjectNode) JSON.readTree(file.toFile());
    tokenizer.putArray("added_tokens").addObject().put("id", tokens - 1).put("content", "<x>");
    Files.writeString(file, tokenizer.toString());
  }

  @Test
  void theWindowIsInTheLayersThatTheFamilyChooses() throws IOException {
    assertEquals(List.of(16, 16, 0, 16), windows("gemma3"));
    assertEquals(List.of(0, 16, 16), windows("qwen2-window"));
    assertEquals(List.of(0, 0, 16), windows("qwen3-window"));
    assertEquals(List.of(16, 16), windows("mistral-window"));
    assertEquals(List.of(0, 0), windows("qwen2"));
  }

  @Test
  void anotherRotaryBaseKeepsScalingAndGemmasLocalBase() throws IOException {
    ModelConfig gemma = ModelConfig.read(with("gemma3-linear", "-", "-")).withRopeTheta(7);
    assertEquals(new RotaryEmbedding(8, 7, new RotaryScaling.Linear(8)), gemma.rotary());
    assertEquals(new RotaryEmbedding(8, 100, new RotaryScaling.None()), gemma.windowRotary());
    ModelConfig mistral = ModelConfig.read(with("mistral", "-", "-")).withRopeTheta(7);
    assertEquals(7, mistral.windowRotary().theta());
  }

  private List<Integer> windows(String name) throws IOException {
    List<Integer> now = ModelConfig.read(copy(name, "config.json")).layerConfig().windows();
    assertEquals(now, ModelConfig.read(copy(name, "config.old.json")).layerConfig().windows());
    return now;
  }

  private Path with(String name, String key, String value) throws IOException {
    Path directory = copy(name, "config.json");
    Path file = directory.resolve("config.json");
    ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
    if (value.equals("-")) {
      config.remove(key);
    } else {
      config.set(key, JSON.readTree(value));
    }
    Files.writeString(file, config.toString());
    return directory;
  }

  private Path copy(String name, String config) throws IOException {
    return FamilyCheckpoint.copy(name, config, Files.createTempDirectory(temporary, "model"));
  }
}
