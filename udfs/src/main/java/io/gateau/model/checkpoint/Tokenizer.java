package io.gateau.model.checkpoint;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.gateau.model.djl.DjlSettings;
import io.gateau.model.tokenizer.LetterCuts;
import io.gateau.model.tokenizer.SpecialTokens;
import io.gateau.model.tokenizer.SpecialWords;
import io.gateau.model.tokenizer.TokenizerFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The tokenizer of a Hugging Face directory ({@code tokenizer.json}); text to token ids, and no
 * special token is added. For any number of threads.
 */
public final class Tokenizer implements AutoCloseable {
  /** Its file in a model directory. */
  public static final String FILE = "tokenizer.json";

  static {
    DjlSettings.apply();
  }

  /** Characters of a text that are read for each token that is wanted; more if they do not do. */
  private static final int CHARACTERS_PER_TOKEN = 4;

  private static final int LEAST_CHARACTERS = 256;

  private final Path file;
  private final HuggingFaceTokenizer tokenizer;
  private final LetterCuts cuts;
  private final SpecialWords specialWords;
  private final OptionalInt start;

  /** Made when the first text asks for it, which most data never do. */
  private HuggingFaceTokenizer plain;

  private Tokenizer(Path file, HuggingFaceTokenizer tokenizer, TokenizerFile json) {
    this.file = file;
    this.tokenizer = tokenizer;
    this.cuts = json.cuts();
    this.specialWords = json.specialWords();
    this.start = start(tokenizer);
  }

  /**
   * The last tokens of a text.
   *
   * @param tokens at most as many as were asked for
   * @param truncated whether the text has more tokens, in front of these
   */
  public record Tail(int[] tokens, boolean truncated) {}

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
    String text = text(file);
    TokenizerFile json = parse(file, text);
    requireNoFault(file, json);
    return new Tokenizer(file, library(file, text), json);
  }

  /**
   * Checks a model directory's tokenizer before the tokenizers library reads it.
   *
   * @return the largest id that it gives, from its vocabulary and its added tokens; -1 if it has
   *     neither
   * @throws ModelException if its file is not JSON, or has a fault that the library would not
   *     survive
   */
  static int largestToken(Path directory) {
    Path file = directory.resolve(FILE);
    TokenizerFile json = parse(file, text(file));
    requireNoFault(file, json);
    return json.largestToken();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new ModelException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static TokenizerFile parse(Path file, String text) {
    try {
      return TokenizerFile.parse(text);
    } catch (JsonProcessingException e) {
      throw new ModelException(
          "%s is not valid JSON: %s; download it again".formatted(file, e.getOriginalMessage()), e);
    }
  }

  private static void requireNoFault(Path file, TokenizerFile json) {
    Optional<String> fault = json.fault();
    if (fault.isPresent()) {
      throw new ModelException(file + " " + fault.get());
    }
  }

  private static HuggingFaceTokenizer library(Path file, String json) {
    try {
      return HuggingFaceTokenizer.newInstance(
          new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
          Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
    } catch (IOException | RuntimeException e) {
      throw new ModelException(
          "%s is not a tokenizer that the Hugging Face tokenizers library reads: %s"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  /**
   * The token that this tokenizer's post-processor puts in front of every text (BOS); empty if it
   * puts none there. See docs/method.md, "A sample".
   */
  public OptionalInt start() {
    return start;
  }

  /** Finds this tokenizer's special tokens in texts. */
  public SpecialWords specialWords() {
    return specialWords;
  }

  /** The tokens of a text encoded on its own, special tokens read as the characters they are. */
  public int[] encode(String text) {
    return encode(text, SpecialTokens.TEXT);
  }

  /**
   * The tokens of a text encoded on its own; empty for an empty text. Half a surrogate pair, which
   * UTF-8 cannot hold, is read as U+FFFD.
   */
  public int[] encode(String text, SpecialTokens special) {
    if (text.isEmpty()) {
      return new int[0];
    }
    String encodable = encodable(text);
    boolean plainly = special == SpecialTokens.TEXT && specialWords.mayStandIn(encodable);
    return ids(plainly ? plain() : tokenizer, encodable, false);
  }

  /**
   * The last {@code limit} tokens of {@link #encode}, or all if there are fewer. Of a long text
   * only the end is read: as much as certainly has these tokens ({@link LetterCuts}).
   *
   * @param limit 0 or more
   */
  public Tail encodeTail(String text, int limit, SpecialTokens special) {
    long characters = Math.max(LEAST_CHARACTERS, (long) CHARACTERS_PER_TOKEN * limit);
    while (true) {
      int from =
          text.length() <= characters ? 0 : cuts.start(text, (int) (text.length() - characters));
      int[] tokens = encode(text.substring(from), special);
      // One token more than the limit tells that there are more.
      if (from == 0 || tokens.length > limit) {
        int kept = Math.min(limit, tokens.length);
        return new Tail(
            Arrays.copyOfRange(tokens, tokens.length - kept, tokens.length), kept < tokens.length);
      }
      characters = 2L * (text.length() - from);
    }
  }

  /** The text of tokens, special ones left out. */
  public String decode(int[] tokens) {
    return tokenizer.decode(Arrays.stream(tokens).asLongStream().toArray(), true);
  }

  @Override
  public synchronized void close() {
    tokenizer.close();
    if (plain != null) {
      plain.close();
      plain = null;
    }
  }

  private String plainJson() {
    try {
      return TokenizerFile.withoutSpecialTokens(text(file));
    } catch (JsonProcessingException e) {
      throw new ModelException("%s has changed: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }

  /** The tokenizer that knows no special tokens. */
  private synchronized HuggingFaceTokenizer plain() {
    if (plain == null) {
      plain = library(file, plainJson());
    }
    return plain;
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

  /** Asks for the ids alone: DJL's Encoding holds five arrays and three objects for each token. */
  private static int[] ids(HuggingFaceTokenizer tokenizer, String text, boolean withSpecial) {
    long encoding = TokenizersLibrary.LIB.encode(tokenizer.getHandle(), text, withSpecial);
    try {
      long[] ids = TokenizersLibrary.LIB.getTokenIds(encoding);
      return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
    } finally {
      TokenizersLibrary.LIB.deleteEncoding(encoding);
    }
  }
}
