package io.gateau.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults of a tokenizer.json, found before the tokenizers library reads it. */
class BadTokenizerTest {
  @TempDir Path directory;

  /* The tokenizers library ends the process when it meets such a post-processor. */
  @Test
  void aPostProcessorThatNamesAnUnknownTokenIsRefused() throws IOException {
    tokenizer(json -> ((ObjectNode) json.at("/post_processor/special_tokens")).remove("<s>"));
    assertComplaint(unknownToken("<s>"));

    tokenizer(
        json -> {
          ObjectNode token = (ObjectNode) json.at("/post_processor/special_tokens/<s>");
          token.putArray("tokens").add("[CLS]");
        });
    assertComplaint(unknownToken("[CLS]"));

    tokenizer(
        json -> {
          ObjectNode roberta = json.putObject("post_processor").put("type", "RobertaProcessing");
          roberta.putArray("sep").add("</s>").add(TinyCheckpoint.EOS_ID);
          roberta.putArray("cls").add("[CLS]").add(0);
          roberta.put("trim_offsets", true).put("add_prefix_space", false);
        });
    assertComplaint(unknownToken("[CLS]"));
  }

  private static String unknownToken(String token) {
    return "DIR/tokenizer.json has a post-processor that names the token %s, which the file does not have; save it again with the tokenizers library"
        .formatted(token);
  }

  @ParameterizedTest
  @ValueSource(strings = {"BPE", "WordLevel", "WordPiece"})
  void aTokenizerWithoutAVocabularyIsRefused(String type) throws IOException {
    tokenizer(json -> json.putObject("model").put("type", type).putObject("vocab"));

    assertComplaint("DIR/tokenizer.json has an empty vocabulary; download it again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2147483648", "-1", "1.5"})
  void idsThatNoTokenCanHaveAreRefused(String id) throws IOException {
    tokenizer(json -> ((ObjectNode) json.at("/model/vocab")).put("x", new BigDecimal(id)));
    assertComplaint(wrongToken("x", id));

    tokenizer(json -> ((ObjectNode) json.at("/added_tokens/0")).put("id", new BigDecimal(id)));
    assertComplaint(wrongToken("<s>", id));
  }

  private static String wrongToken(String token, String id) {
    return "DIR/tokenizer.json gives the token %s the id %s; ids are whole numbers from 0 to 2147483647; download it again"
        .formatted(token, id);
  }

  /** Writes the tokenizer of a tiny checkpoint with a change. */
  private void tokenizer(Consumer<ObjectNode> change) throws IOException {
    TinyCheckpoint.tied().write(directory);
    Path file = directory.resolve("tokenizer.json");
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    change.accept(json);
    Files.writeString(file, json.toString());
  }

  private void assertComplaint(String expected) {
    String complaint =
        assertThrows(ModelException.class, () -> Checkpoint.open(directory)).getMessage();
    assertEquals(expected, complaint.replace(directory.toString(), "DIR"));
  }
}
