package io.gateau.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.testing.BrokenCheckpoint;
import io.gateau.testing.StoredDtype;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is wrong with a model directory becomes one message that names file, tensor or key, and the
 * mend; nothing is loaded. DIR stands for the directory.
 */
class BadModelTest {
  private static final String TENSOR = "model.layers.1.mlp.up_proj.weight";
  private static final String INDEX = "model.safetensors.index.json";

  @TempDir Path temporary;
  private Path directory;

  @BeforeEach
  void write() throws IOException {
    directory = TinyCheckpoint.tied().write(temporary.resolve("model"));
  }

  @Test
  void theUnspoiltCheckpointLoads() {
    LoadedModel.load(Checkpoint.open(directory), Dtype.FLOAT32, Device.cpu()).close();
  }

  @Test
  void aMissingTensorIsNamed() throws IOException {
    BrokenCheckpoint.missingTensor(directory, TENSOR);

    assertComplaint(
        "DIR: tensor "
            + TENSOR
            + " is missing from model.safetensors; download or save the model again, with the"
            + " config.json that belongs to it");
  }

  @Test
  void aTensorOfTheWrongShapeIsNamedWithBothShapes() throws IOException {
    BrokenCheckpoint.wrongShape(directory, TENSOR);

    assertComplaint(
        "DIR/model.safetensors: tensor "
            + TENSOR
            + " has shape [47, 32] where config.json asks for [48, 32]; use the config.json that"
            + " belongs to these weights");
  }

  @Test
  void aTensorThatTheDecoderDoesNotKnowIsNotIgnored() throws IOException {
    BrokenCheckpoint.unknownTensor(directory);

    assertComplaint(
        "DIR/model.safetensors: tensor "
            + BrokenCheckpoint.UNKNOWN_TENSOR
            + " is not part of a LLAMA decoder (1 unknown in all); ignoring it would change the"
            + " numbers, so only plain LlamaForCausalLM checkpoints are read");
  }

  @Test
  void aWeightThatIsNotANumberIsNamed() throws IOException {
    BrokenCheckpoint.nan(directory, TENSOR);

    assertComplaint(
        "DIR/model.safetensors: tensor "
            + TENSOR
            + " holds NaN or infinite values as float32; no score made with it would mean anything,"
            + " so download the model again or use a wider dtype");
  }

  @Test
  void aWeightTooLargeForTheDtypeIsNamed() throws IOException {
    float[] large = new float[32];
    large[7] = 1e6f;
    BrokenCheckpoint.setTensor(directory, "model.norm.weight", large);

    String complaint =
        assertThrows(
                ModelException.class,
                () -> LoadedModel.load(Checkpoint.open(directory), Dtype.FLOAT16, Device.cpu()))
            .getMessage();
    assertTrue(
        complaint.contains("tensor model.norm.weight holds NaN or infinite values as float16"),
        complaint);
  }

  /* Bit 30 of a float32, the top of its exponent, makes 1.0 infinite and 1.5 no number. */
  @ParameterizedTest
  @CsvSource({"1.0, Infinity", "1.5, NaN"})
  void aBitFlippedInAnExponentIsNamed(float weight, String becomes) throws IOException {
    float[] ones = new float[32];
    Arrays.fill(ones, weight);
    BrokenCheckpoint.setTensor(directory, "model.norm.weight", ones);
    BrokenCheckpoint.flipBit(directory, "model.norm.weight", 5 * 32 + 30);
    assertEquals(
        becomes, String.valueOf(Float.intBitsToFloat(Float.floatToIntBits(weight) ^ 1 << 30)));

    assertComplaint(
        "DIR/model.safetensors: tensor model.norm.weight holds NaN or infinite values; no score made"
            + " with it would mean anything, so download the model again");
  }

  /* Found when the checkpoint is opened, before any weight is loaded or any task is started. */
  @Test
  void anEmbeddingThatIsNotANumberIsFoundByASampleOfIt() throws IOException {
    for (StoredDtype dtype : StoredDtype.values()) {
      directory = TinyCheckpoint.tied().dtype(dtype).write(temporary.resolve(dtype.name()));
      BrokenCheckpoint.nan(directory, "model.embed_tokens.weight");

      String complaint =
          assertThrows(ModelException.class, () -> Checkpoint.open(directory)).getMessage();
      assertTrue(
          complaint.contains("tensor model.embed_tokens.weight holds NaN or infinite values; no"),
          complaint);
    }
  }

  /* Content alone cannot tell: the number is another one, as good as the first. */
  @Test
  void aBitFlippedInAFractionChangesTheFingerprintAndNothingElse() throws IOException {
    String before = Checkpoint.open(directory).fingerprint();
    BrokenCheckpoint.flipBit(directory, TENSOR, 3 * 32 + 7);

    LoadedModel.load(Checkpoint.open(directory), Dtype.FLOAT32, Device.cpu()).close();
    assertNotEquals(before, Checkpoint.open(directory).fingerprint());
  }

  /* Its length, and all that it says of tensors; what __metadata__ says is of no consequence. */
  @Test
  void aBitFlippedInTheHeaderIsDamageThatNamesTheFile() throws IOException {
    Path file = directory.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(file);
    int length = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String header = new String(whole, 8, length, StandardCharsets.UTF_8);
    assertTrue(header.startsWith("{\"__metadata__\":{"), header);
    int from = 8 + header.indexOf('}') + 1;
    int end = 8 + header.stripTrailing().length();
    Random random = new Random(17);
    for (int trial = 0; trial < 600; trial++) {
      int bit = trial < 64 ? trial : 8 * from + random.nextInt(8 * (end - from));
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, flipped);
      String complaint =
          assertThrows(
                  ModelException.class, () -> Checkpoint.open(directory), "bit " + bit + " flipped")
              .getMessage();
      assertTrue(complaint.contains("model.safetensors"), complaint);
    }
  }

  @Test
  void aMislabelledTypeIsNamed() throws IOException {
    BrokenCheckpoint.relabel(directory, TENSOR, "F32", "F16");
    assertComplaint(
        "DIR/model.safetensors is damaged: tensor "
            + TENSOR
            + " of shape [48, 32] has 6144 bytes, not 3072; download it again");
  }

  @Test
  void aFileCutOffInItsDataIsDamaged() throws IOException {
    BrokenCheckpoint.truncated(directory);

    String complaint = complaint();
    assertTrue(
        complaint.matches(
            "DIR/model.safetensors is damaged: tensor model\\.\\S+ lies at bytes \\d+ to \\d+ of the"
                + " \\d+ bytes of data that the file has \\(an interrupted download\\?\\); download"
                + " it again"),
        complaint);
  }

  @Test
  void aFileCutOffInItsHeaderIsDamaged() throws IOException {
    BrokenCheckpoint.truncatedHeader(directory);

    String complaint = complaint();
    assertTrue(
        complaint.matches(
            "DIR/model.safetensors is damaged: its first eight bytes announce a header of \\d+ bytes"
                + " in a file of 100 bytes; download it again"),
        complaint);
  }

  @Test
  void aPickleIsNeverOpened() throws IOException {
    BrokenCheckpoint.pytorchBinOnly(directory);

    assertComplaint(
        "DIR has neither model.safetensors nor "
            + INDEX
            + "; it has pytorch_model.bin, a pickle, which can run code when it is read and is never"
            + " opened here: save the model again with safe_serialization=True");
  }

  @Test
  void aDirectoryWithoutWeightsSaysSo() throws IOException {
    Files.delete(directory.resolve("model.safetensors"));

    assertComplaint(
        "DIR has neither model.safetensors nor "
            + INDEX
            + "; give a Hugging Face directory that holds the weights");
  }

  @Test
  void aDirectoryThatIsNotThereOrIsAFileSaysSo() throws IOException {
    Path real = directory;
    directory = temporary.resolve("nowhere");
    assertComplaint("model directory DIR does not exist; give the folder that holds config.json");
    directory = real.resolve("config.json");
    assertComplaint("model directory DIR is a file; give the folder that holds config.json");
  }

  @Test
  void aShardThatIsNotThereIsNamed() throws IOException {
    directory = TinyCheckpoint.tied().shards(3).write(temporary.resolve("split"));
    BrokenCheckpoint.missingShard(directory);

    assertComplaint(
        "DIR/"
            + INDEX
            + " names model-00003-of-00003.safetensors, which is not in DIR; download the missing"
            + " file into it");
  }

  @ParameterizedTest
  @CsvSource({"../model/model.safetensors", "/etc/hostname", "sub/model.safetensors", "..", "''"})
  void anIndexLeadsNowhereElse(String name) throws IOException {
    directory = TinyCheckpoint.tied().shards(2).write(temporary.resolve("split"));
    index("any.weight", name);

    assertComplaint(
        "DIR/"
            + INDEX
            + " names "
            + name
            + ", which is not in DIR; download the missing file into it");
  }

  @Test
  void anIndexWithAnImpossibleNameIsNoCrash() throws IOException {
    directory = TinyCheckpoint.tied().shards(2).write(temporary.resolve("split"));
    index("any.weight", "a\u0000b");

    assertTrue(complaint().contains("which is not in DIR"), this::complaint);
  }

  @Test
  void anIndexWithoutFilesOrThatIsNoJsonSaysSo() throws IOException {
    directory = TinyCheckpoint.tied().shards(2).write(temporary.resolve("split"));
    Files.writeString(directory.resolve(INDEX), "{}");
    assertComplaint("DIR/" + INDEX + " names no files under weight_map; download it again");

    Files.writeString(directory.resolve(INDEX), "{\"weight_map\"");
    String complaint = complaint();
    assertTrue(complaint.startsWith("DIR/" + INDEX + " is not valid JSON: "), complaint);
    assertTrue(complaint.endsWith("; download it again"), complaint);
  }

  @Test
  void aTensorInTwoShardsIsNamedWithBoth() throws IOException {
    directory = TinyCheckpoint.tied().shards(2).write(temporary.resolve("split"));
    Files.copy(
        directory.resolve("model-00001-of-00002.safetensors"),
        directory.resolve("again.safetensors"));
    ObjectNode index = (ObjectNode) new ObjectMapper().readTree(directory.resolve(INDEX).toFile());
    ((ObjectNode) index.required("weight_map")).put("any.weight", "again.safetensors");
    Files.writeString(directory.resolve(INDEX), index.toString());

    assertComplaint(
        "DIR/model-00001-of-00002.safetensors: tensor model.embed_tokens.weight is also in"
            + " again.safetensors; only one of them can be meant, so save or download the model"
            + " again");
  }

  @Test
  void anUnknownArchitectureIsNamedWithTheKnownOnes() throws IOException {
    BrokenCheckpoint.unknownArchitecture(directory);

    assertComplaint(
        "DIR/config.json: architecture CakeForCausalLM is not supported; supported:"
            + " LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM, Qwen3ForCausalLM,"
            + " Phi3ForCausalLM, Gemma3ForCausalLM");
  }

  /* What would silently change the numbers. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rope_scaling | {\"rope_type\":\"mrope\"} | rotary scaling mrope is not supported; supported: default, linear, dynamic, yarn, llama3, longrope",
        "rope_scaling | {\"type\":\"ntk\",\"factor\":2} | rotary scaling ntk is not supported; supported: default, linear, dynamic, yarn, llama3, longrope",
        "rope_parameters | {\"rope_type\":\"proportional\"} | rotary scaling proportional is not supported; supported: default, linear, dynamic, yarn, llama3, longrope",
        "rope_scaling | \"yarn\" | rope_scaling is \"yarn\"; it must be an object",
        "rope_scaling | {\"rope_type\":\"llama3\",\"factor\":8} | low_freq_factor is missing; it must be a number",
        "rope_scaling | {\"rope_type\":\"llama3\",\"factor\":8,\"low_freq_factor\":4,\"high_freq_factor\":4} | high_freq_factor is 4; it must be above low_freq_factor 4.0",
        "rope_scaling | {\"type\":\"linear\"} | factor is missing; it must be a number",
        "rope_scaling | {\"type\":\"linear\",\"factor\":0} | factor is 0; it must be a positive number",
        "rope_scaling | {\"type\":\"longrope\",\"factor\":2,\"short_factor\":[1,1,1],\"long_factor\":[1,1,1,1]} | short_factor is [1,1,1]; it must have a positive number for each of 4 rotated pairs",
        "partial_rotary_factor | 0.5 | partial_rotary_factor is 0.5 (supported: 1)",
        "tie_word_embeddings | \"yes\" | tie_word_embeddings is \"yes\"; it must be true or false",
        "quantization_config | {\"bits\":4} | quantization_config is present (supported: plain float32, float16 and bfloat16 weights)",
        "hidden_act | \"gelu\" | hidden_act is gelu (supported: silu)",
        "hidden_size | null | hidden_size is null; it must be a positive whole number",
        "num_hidden_layers | 0 | num_hidden_layers is 0; it must be a positive whole number",
        "vocab_size | \"258\" | vocab_size is \"258\"; it must be a positive whole number",
        "intermediate_size | 48.5 | intermediate_size is 48.5; it must be a positive whole number",
        "num_key_value_heads | 3 | num_key_value_heads 3 does not divide num_attention_heads 4",
        "head_dim | 7 | head_dim 7 is odd",
        "num_attention_heads | 5 | num_attention_heads 5 does not divide hidden_size 32, and there is no head_dim",
        "rope_theta | -1 | rope_theta -1.0 is not positive",
        "rope_theta | 1e308 | rope_theta 1.0E308 is above 1.0E12, and rotates next to nothing; bases in use are 10000 to 1e9",
        "bos_token_id | 2147483648 | bos_token_id is 2147483648; it must be a whole number from 0 to 2147483647",
        "rms_norm_eps | -1 | rms_norm_eps is -1; it must be from 0 to less than 1",
        "rms_norm_eps | 1 | rms_norm_eps is 1; it must be from 0 to less than 1",
        "rms_norm_eps | \"tiny\" | rms_norm_eps is \"tiny\"; it must be a number"
      })
  void aSettingThatIsNotComputedIsRefused(String key, String value, String complaint)
      throws IOException {
    BrokenCheckpoint.config(
        directory,
        config -> {
          try {
            config.set(key, new ObjectMapper().readTree(value));
          } catch (IOException e) {
            throw new IllegalArgumentException(e);
          }
        });

    assertComplaint("DIR/config.json: " + complaint);
  }

  @ParameterizedTest
  @CsvSource({
    "num_hidden_layers",
    "hidden_size",
    "num_attention_heads",
    "intermediate_size",
    "vocab_size"
  })
  void aMissingKeyIsNamed(String key) throws IOException {
    BrokenCheckpoint.config(directory, config -> config.remove(key));

    assertComplaint("DIR/config.json: " + key + " is missing; it must be a positive whole number");
  }

  @Test
  void moreLayersThanWeightsSayWhichIsMissing() throws IOException {
    BrokenCheckpoint.config(directory, config -> config.put("num_hidden_layers", 3));

    assertTrue(complaint().startsWith("DIR: tensor model.layers.2."), this::complaint);
  }

  @Test
  void aConfigurationThatIsMissingOrNoJsonSaysSo() throws IOException {
    Files.writeString(directory.resolve("config.json"), "{\"a\": ");
    assertTrue(complaint().startsWith("DIR/config.json is not valid JSON: "), this::complaint);
    Files.writeString(directory.resolve("config.json"), "[]");
    assertTrue(
        complaint().startsWith("DIR/config.json: architecture (none) is not supported"),
        this::complaint);
    Files.delete(directory.resolve("config.json"));
    assertComplaint(
        "DIR/config.json does not exist; a model is a Hugging Face directory with config.json,"
            + " model.safetensors (or its shards) and tokenizer.json");
  }

  @Test
  void textBehindTheConfigurationIsRefused() throws IOException {
    Path file = directory.resolve("config.json");
    Files.writeString(file, Files.readString(file) + "\n{\"rope_theta\": 1}");

    assertTrue(
        complaint().startsWith("DIR/config.json is not valid JSON: Trailing"), this::complaint);
  }

  @Test
  void aTokenizerThatIsMissingSaysSo() throws IOException {
    Files.delete(directory.resolve("tokenizer.json"));

    assertComplaint(
        "DIR/tokenizer.json does not exist; save it with the fast tokenizer of the Hugging Face"
            + " library");
  }

  @Test
  void aTokenizerThatIsGarbageSaysSo() throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), "{{{");
    String garbage = complaint();
    assertTrue(garbage.startsWith("DIR/tokenizer.json is not valid JSON: "), garbage);
    assertTrue(garbage.endsWith("; download it again"), garbage);

    Files.writeString(directory.resolve("tokenizer.json"), "{\"model\": {\"type\": \"Cake\"}}");
    String strange = complaint();
    assertTrue(
        strange.startsWith(
            "DIR/tokenizer.json is not a tokenizer that the Hugging Face tokenizers library reads:"),
        strange);
  }

  @Test
  void aTokenizerLargerThanTheVocabularyNamesBothNumbers() throws IOException {
    ObjectNode tokenizer =
        (ObjectNode) new ObjectMapper().readTree(directory.resolve("tokenizer.json").toFile());
    tokenizer
        .withArray("added_tokens")
        .addObject()
        .put("id", 300)
        .put("content", "<pad>")
        .put("special", true);
    Files.writeString(directory.resolve("tokenizer.json"), tokenizer.toString());

    assertComplaint(
        "DIR/tokenizer.json has token 300, but vocab_size in config.json is 258 (tokens 0 to 257);"
            + " use the tokenizer that belongs to this model");
  }

  private void index(String tensor, String file) throws IOException {
    ObjectNode index = new ObjectMapper().createObjectNode();
    index.putObject("weight_map").put(tensor, file);
    Files.writeString(directory.resolve(INDEX), index.toString());
  }

  private void assertComplaint(String expected) {
    assertEquals(expected, complaint());
  }

  private String complaint() {
    return assertThrows(
            ModelException.class,
            () -> LoadedModel.load(Checkpoint.open(directory), Dtype.FLOAT32, Device.cpu()).close())
        .getMessage()
        .replace(directory.toString(), "DIR");
  }
}
