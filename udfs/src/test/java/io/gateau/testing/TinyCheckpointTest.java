package io.gateau.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TinyCheckpointTest {

  @TempDir Path directory;

  @Test
  void theSameSeedGivesTheSameBytesAndAnotherSeedOthers() throws Exception {
    Path one = TinyCheckpoint.tied().write(directory.resolve("one"));
    Path same = TinyCheckpoint.tied().write(directory.resolve("same"));
    Path other = TinyCheckpoint.tied().seed(99).write(directory.resolve("other"));

    for (String file : new String[] {"config.json", "tokenizer.json", "model.safetensors"}) {
      assertEquals(-1, Files.mismatch(one.resolve(file), same.resolve(file)), file);
    }
    String weights = "model.safetensors";
    assertNotEquals(-1, Files.mismatch(one.resolve(weights), other.resolve(weights)));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void shardsHoldTheSameTensorsAndTheIndexFindsEach(int shards) throws Exception {
    Path whole = TinyCheckpoint.separate().write(directory.resolve("whole"));
    Path split = TinyCheckpoint.separate().shards(shards).write(directory.resolve("split"));

    assertEquals(shards, Safetensors.files(split).size());
    Path index = split.resolve("model.safetensors.index.json");
    JsonNode weightMap = new ObjectMapper().readTree(index.toFile()).required("weight_map");
    Map<String, Safetensors.Tensor> tensors = Safetensors.readDirectory(whole);
    assertEquals(tensors.size(), weightMap.size());
    for (String name : tensors.keySet()) {
      Path shard = split.resolve(weightMap.required(name).asText());
      assertArrayEquals(tensors.get(name).bytes(), Safetensors.read(shard).get(name).bytes(), name);
    }
  }

  /* Half an ulp of each format, relative: 2^-11 with 10 bits of fraction, 2^-8 with 7. */
  @ParameterizedTest
  @CsvSource({"F32, 0", "F16, 0.00048828125", "BF16, 0.00390625"})
  void otherFormatsHoldTheSameWeightsRounded(StoredDtype dtype, double relative) throws Exception {
    Path exact = TinyCheckpoint.tied().write(directory.resolve("exact"));
    Path rounded = TinyCheckpoint.tied().dtype(dtype).write(directory.resolve("rounded"));
    String name = "model.layers.1.mlp.down_proj.weight";

    double[] expected = Safetensors.readDirectory(exact).get(name).values();
    double[] actual = Safetensors.readDirectory(rounded).get(name).values();

    assertEquals(expected.length, actual.length);
    for (int i = 0; i < actual.length; i++) {
      double subnormal = 0x1p-25; // half the step of the smallest half-precision numbers
      assertEquals(expected[i], actual[i], Math.abs(expected[i]) * relative + subnormal);
    }
  }

  @Test
  void everyTextBecomesItsBytesAndComesBack() throws Exception {
    String text = "Crème\u0000\u007f\u00ad\t brûlée\r\n\n\n  水は\ud83c\udf70 '<s' ".repeat(60);
    try (NaiveTokens tokens = new NaiveTokens(TinyCheckpoint.tied().write(directory))) {
      int[] ids = tokens.encode(text);

      assertTrue(ids.length > 2000, () -> ids.length + " tokens");
      assertArrayEquals(TinyCheckpoint.tokens(text), ids);
      assertEquals(text, tokens.decode(ids));
    }
  }

  @Test
  void onlyATemplateAddsBos() throws Exception {
    Path with = TinyCheckpoint.tied().write(directory.resolve("with"));
    Path without = TinyCheckpoint.separate().write(directory.resolve("without"));
    try (NaiveTokens adding = new NaiveTokens(with);
        NaiveTokens silent = new NaiveTokens(without)) {
      assertEquals(TinyCheckpoint.BOS_ID, adding.bos());
      assertEquals(NaiveSignals.NO_BOS, silent.bos());
    }
  }

  @Test
  void attentionIsPeakedAndTheNextTokenFarFromUniform() throws Exception {
    for (Golden.Checkpoint checkpoint : Golden.Checkpoint.values()) {
      NaiveDecoder decoder = new NaiveDecoder(checkpoint.write(directory.resolve("model")));
      int[] tokens = TinyCheckpoint.tokens("Some forty tokens of quite ordinary text");

      double[] attention = decoder.run(tokens, tokens.length - 1).attention();
      double[] logits = decoder.logits(tokens);

      double top = Arrays.stream(attention).max().orElseThrow() * attention.length;
      assertTrue(top > 3, () -> "attention at most " + top + " times uniform");
      double mean = Arrays.stream(logits).average().orElseThrow();
      double spread =
          Math.sqrt(
              Arrays.stream(logits).map(x -> (x - mean) * (x - mean)).average().orElseThrow());
      assertTrue(spread > 1 && spread < 4, () -> "logits spread by " + spread);
    }
  }

  @Test
  void anImpossibleShapeIsRefused() {
    TinyCheckpoint tied = TinyCheckpoint.tied();

    var heads = assertThrows(IllegalArgumentException.class, () -> tied.heads(4, 3));
    var hidden = assertThrows(IllegalArgumentException.class, () -> tied.hidden(20));
    var vocab = assertThrows(IllegalArgumentException.class, () -> tied.vocab(256));

    assertEquals("4 heads do not share 3 kv heads", heads.getMessage());
    assertEquals(
        "hidden 20 over 4 heads is no even head dimension; set headDim, or the heads first",
        hidden.getMessage());
    assertEquals("vocab 256 is below 258", vocab.getMessage());
  }
}
