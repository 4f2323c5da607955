package io.gateau.model.checkpoint;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The tokenizer of a Hugging Face directory ({@code tokenizer.json}); text to token ids, never with
 * special tokens.
 */
public final class Tokenizer implements AutoCloseable {
  /** Its file in a model directory. */
  public static final String FILE = "tokenizer.json";

  private final HuggingFaceTokenizer tokenizer;
  private final OptionalInt start;

  private Tokenizer(HuggingFaceTokenizer tokenizer, OptionalInt start) {
    this.tokenizer = tokenizer;
    this.start = start;
  }

  /**
   * Opens the tokenizer of a model directory.
   *
   * @throws ModelException if its file cannot be read
   */
  public static Tokenizer open(Path directory) {
    Path file = directory.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new ModelException(file + " does not exist; save it beside the weights");
    }
    try {
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.newInstance(
              file, Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
      return new Tokenizer(tokenizer, start(tokenizer));
    } catch (IOException | RuntimeException e) {
      throw new ModelException(
          "%s is not a tokenizer that the Hugging Face tokenizers library reads: %s"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  /**
   * The largest id that a model directory's tokenizer gives, from its vocabulary and its added
   * tokens; -1 if it has neither.
   *
   * @throws ModelException if its file is not JSON
   */
  static int largestToken(Path directory) {
    Path file = directory.resolve(FILE);
    JsonNode json;
    try {
      json = JsonMapper.builder().build().readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new ModelException(
          "%s is not valid JSON: %s; download it again".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new ModelException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
    JsonNode vocabulary = json.path("model").path("vocab");
    int largest = vocabulary.isArray() ? vocabulary.size() - 1 : -1;
    if (vocabulary.isObject()) {
      for (JsonNode id : vocabulary) {
        largest = Math.max(largest, id.asInt(-1));
      }
    }
    for (JsonNode token : json.path("added_tokens")) {
      largest = Math.max(largest, token.path("id").asInt(-1));
    }
    return largest;
  }

  /**
   * The token that this tokenizer's post-processor puts in front of every text (BOS); empty if it
   * puts none there. See docs/method.md, "A sample".
   */
  public OptionalInt start() {
    return start;
  }

  /**
   * The tokens of a text encoded on its own; empty for an empty text. Half a surrogate pair, which
   * UTF-8 cannot hold, is read as U+FFFD.
   */
  public int[] encode(String text) {
    return text.isEmpty() ? new int[0] : ids(tokenizer, encodable(text), false);
  }

  /** The text of tokens, special ones left out. */
  public String decode(int[] tokens) {
    return tokenizer.decode(Arrays.stream(tokens).asLongStream().toArray(), true);
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  /** Found by trial, because config files have several names for it. */
  private static OptionalInt start(HuggingFaceTokenizer tokenizer) {
    int[] plain = ids(tokenizer, "a", false);
    int[] processed = ids(tokenizer, "a", true);
    return processed.length > plain.length && processed[0] != plain[0]
        ? OptionalInt.of(processed[0])
        : OptionalInt.empty();
  }

  /** One half that is left in spoils every character beyond U+FFFF on its way to native code. */
  private static String encodable(String text) {
    if (text.codePoints().noneMatch(Tokenizer::isHalf)) {
      return text;
    }
    StringBuilder mended = new StringBuilder(text.length());
    text.codePoints().map(point -> isHalf(point) ? 0xFFFD : point).forEach(mended::appendCodePoint);
    return mended.toString();
  }

  private static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  private static int[] ids(HuggingFaceTokenizer tokenizer, String text, boolean withSpecial) {
    long[] ids = tokenizer.encode(text, withSpecial, false).getIds();
    return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
  }
}
