package io.gateau.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.model.LoadedModel;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.decoder.Decoder;
import io.gateau.model.tokenizer.SpecialTokens;
import io.gateau.testing.FamilyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gemma 3's tokenizer has a token for images, one beyond the embedding of its text models. */
class NoEmbeddingTest {
  private static final String IMAGE = "<image_soft_token>";

  @TempDir Path temporary;

  @Test
  void aTextWithTheImageTokenIsNotScoredAndSaysWhy() throws IOException {
    Path directory = FamilyCheckpoint.copy("gemma3", "config.json", temporary);
    addImageToken(directory.resolve("tokenizer.json"));
    ScoringConfig settings = new ScoringConfig(PromptTemplate.GATEAU, 100, 1, 100);
    try (LoadedModel model =
        LoadedModel.load(Checkpoint.open(directory), Dtype.FLOAT32, Device.cpu())) {
      int vocabulary = model.checkpoint().config().vocabularySize();
      String response = "7 " + IMAGE + " 8";
      TokenizedSample pieces =
          TokenizedSample.of(
              model.tokenizer(),
              settings.withSpecialTokens(SpecialTokens.CONTROL),
              "5",
              "6",
              response);
      TokenizedSample text = TokenizedSample.of(model.tokenizer(), settings, "5", "6", response);
      TokenizedSample plain =
          TokenizedSample.of(model.tokenizer(), settings.template(), "5", "6", "7 8");

      assertEquals(SampleStatus.NO_EMBEDDING, SampleStatus.before(pieces, settings, vocabulary));
      assertEquals("no-embedding", SampleStatus.NO_EMBEDDING.code());
      assertEquals(SampleStatus.OK, SampleStatus.before(text, settings, vocabulary));
      assertEquals(SampleStatus.OK, SampleStatus.before(plain, settings, vocabulary));
      assertEquals(SampleStatus.TOO_SHORT, new SegmentLoss().before(plain, settings));

      Decoder decoder = model.decoder(5_000);
      for (int token : new int[] {64, -1}) {
        String complaint =
            "token " + token + " at position 2 has no embedding; this model reads tokens 0 to 63";
        int[] sequence = {1, 2, token, 3};
        assertEquals(complaint, complaint(() -> decoder.scoreWithFocus(sequence, 2)));
        assertEquals(complaint, complaint(() -> decoder.mostLikelyNext(sequence)));
      }
    }
  }

  /* Four tokens fit: of the context only its end is read. */
  @Test
  void aTokenThatIsCutOffDoesNoHarm() {
    TokenizedSample pieces =
        new TokenizedSample(
            new int[] {1}, new int[0], new int[] {64, 2, 3}, new int[] {4}, new int[] {5}, false);

    assertEquals(
        SampleStatus.OK,
        SampleStatus.before(pieces, new ScoringConfig(PromptTemplate.GATEAU, 5, 1, 100), 64));
    assertEquals(
        SampleStatus.NO_EMBEDDING,
        SampleStatus.before(pieces, new ScoringConfig(PromptTemplate.GATEAU, 6, 1, 100), 64));
  }

  private static void addImageToken(Path file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode tokenizer = (ObjectNode) json.readTree(file.toFile());
    tokenizer
        .putArray("added_tokens")
        .addObject()
        .put("id", 64)
        .put("content", IMAGE)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
    Files.writeString(file, tokenizer.toString());
  }

  private static String complaint(Runnable call) {
    return assertThrows(IllegalArgumentException.class, call::run).getMessage();
  }
}
