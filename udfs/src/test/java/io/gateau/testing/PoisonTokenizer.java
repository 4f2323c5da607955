package io.gateau.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Gives a {@link TinyCheckpoint} a tokenizer that meets three kinds of trouble in the native
 * library, each for one kind of text: what bad data and bad checkpoints do in earnest.
 */
public final class PoisonTokenizer {
  /** A text with it makes the tokenizer throw: the model has no token for it, nor for unknown. */
  public static final String THROWS = "~";

  /** A text with it aborts the process: the regular expression exceeds its limit of retries. */
  public static final String ABORTS = "x".repeat(60);

  /** A text of it takes an hour: every run of the letter costs almost that limit. */
  public static final String HANGS = ("x".repeat(22) + " ").repeat(20_000);

  private static final ObjectMapper JSON = new ObjectMapper();

  private PoisonTokenizer() {}

  /** Changes the tokenizer.json of a checkpoint. Other texts keep their tokens. */
  public static Path poison(Path checkpoint) throws IOException {
    Path file = checkpoint.resolve("tokenizer.json");
    ObjectNode tokenizer = (ObjectNode) JSON.readTree(file.toFile());
    ObjectNode model = (ObjectNode) tokenizer.get("model");
    model.put("unk_token", "<unknown>");
    ((ObjectNode) model.get("vocab")).remove(THROWS);
    ObjectNode split = JSON.createObjectNode().put("type", "Split");
    split.putObject("pattern").put("Regex", "(x+x+)+y");
    split.put("behavior", "Isolated").put("invert", false);
    ArrayNode steps = JSON.createArrayNode().add(split).add(tokenizer.get("pre_tokenizer"));
    ObjectNode sequence = tokenizer.putObject("pre_tokenizer").put("type", "Sequence");
    sequence.set("pretokenizers", steps);
    JSON.writeValue(file.toFile(), tokenizer);
    return checkpoint;
  }
}
