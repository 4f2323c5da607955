package io.gateau.testing;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * The tokens of a sample (docs/method.md, "A sample"): prefix, context, middle and response, each
 * encoded on its own with a checkpoint's tokenizer.json.
 */
public final class NaiveTokens implements AutoCloseable {

  /** The default template before the context. */
  public static final String PREFIX = "### Input: ";

  private final HuggingFaceTokenizer tokenizer;

  /** Loads {@code tokenizer.json} of a checkpoint directory. */
  public NaiveTokens(Path directory) throws IOException {
    // Without these DJL cuts every text to 512 tokens.
    Map<String, String> options = Map.of("truncation", "false", "padding", "false");
    tokenizer = HuggingFaceTokenizer.newInstance(directory.resolve("tokenizer.json"), options);
  }

  /** A text's ids, without special tokens. */
  public int[] encode(String text) {
    return ids(tokenizer.encode(text, false, false));
  }

  /** The text of some ids, without special tokens. */
  public String decode(int[] ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  /** The token that the tokenizer puts before an empty text, or {@link NaiveSignals#NO_BOS}. */
  public int bos() {
    int[] ids = ids(tokenizer.encode("", true, false));
    return ids.length == 0 ? NaiveSignals.NO_BOS : ids[0];
  }

  /** The signals of a sample under the default template. */
  public NaiveSignals signals(
      String context, String instruction, String response, int segmentTokens) {
    return new NaiveSignals(
        bos(),
        encode(PREFIX),
        encode(context),
        encode(middle(instruction)),
        encode(response),
        segmentTokens);
  }

  /** The default template between context and response. */
  public static String middle(String instruction) {
    return "\n\n ### Instruction: " + instruction + "\n\n ### Response: ";
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private static int[] ids(Encoding encoding) {
    return Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
  }
}
