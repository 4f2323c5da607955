package io.gateau.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A tokenizer.json with the steps of a published family and random merges, so that tokens reach
 * across words wherever the steps let them.
 */
public enum RandomTokenizer {
  /** One piece; a sign in front of the text. */
  LLAMA_2(
      "{`type`:`Sequence`,`normalizers`:[{`type`:`Prepend`,`prepend`:`▁`},{`type`:`Replace`,`pattern`:{`String`:` `},`content`:`▁`}]}",
      "null",
      Alphabet.SIGNS),
  /** One piece; Metaspace puts the sign in front of the first text only. */
  LLAMA_2_METASPACE(
      "null",
      "{`type`:`Metaspace`,`replacement`:`▁`,`prepend_scheme`:`first`,`split`:false}",
      Alphabet.SIGNS),
  /** One piece; no sign in front. */
  GEMMA(
      "{`type`:`Replace`,`pattern`:{`String`:` `},`content`:`▁`}",
      "{`type`:`Split`,`pattern`:{`String`:` `},`behavior`:`MergedWithPrevious`,`invert`:false}",
      Alphabet.SIGNS),
  /** Pieces by a regular expression, then bytes. */
  LLAMA_3(
      "null",
      regexThenBytes(
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}{1,3}| ?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!\\\\S)|\\\\s+"),
      Alphabet.BYTES),
  /** As Llama 3, after NFC, and each digit alone. */
  QWEN(
      "{`type`:`NFC`}",
      regexThenBytes(
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}| ?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!\\\\S)|\\\\s+"),
      Alphabet.BYTES),
  /** Upper and lower case apart. */
  TEKKEN(
      "null",
      regexThenBytes(
          "[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?[\\\\p{Lu}\\\\p{Lt}\\\\p{Lm}\\\\p{Lo}\\\\p{M}]*[\\\\p{Ll}\\\\p{Lm}\\\\p{Lo}\\\\p{M}]+|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?[\\\\p{Lu}\\\\p{Lt}\\\\p{Lm}\\\\p{Lo}\\\\p{M}]+[\\\\p{Ll}\\\\p{Lm}\\\\p{Lo}\\\\p{M}]*|\\\\p{N}| ?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n/]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!\\\\S)|\\\\s+"),
      Alphabet.BYTES),
  /** Digits apart, then GPT-2's expression. */
  SMOLLM(
      "null",
      "{`type`:`Sequence`,`pretokenizers`:[{`type`:`Digits`,`individual_digits`:true},{`type`:`ByteLevel`,`add_prefix_space`:false,`trim_offsets`:true,`use_regex`:true}]}",
      Alphabet.BYTES),
  /** GPT-2's expression, with a space in front of every text. */
  GPT_2_PREFIX(
      "null",
      "{`type`:`ByteLevel`,`add_prefix_space`:true,`trim_offsets`:true,`use_regex`:true}",
      Alphabet.BYTES),
  /** Words by their probabilities, behind a sign. */
  UNIGRAM(
      "null",
      "{`type`:`Metaspace`,`replacement`:`▁`,`prepend_scheme`:`always`,`split`:true}",
      Alphabet.PIECES),
  /** An expression that nobody knows: such a text is never cut. */
  UNKNOWN("null", regexThenBytes("\\\\S+\\\\s\\\\S+|\\\\s+|\\\\S+"), Alphabet.BYTES);

  /** A token that acts, in the texts of tests. */
  public static final String SPECIAL = "<|end|>";

  /** A token that is added but does not act. */
  public static final String ADDED = "<tool call>";

  private static final int MERGES = 400;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String normalizer;
  private final String preTokenizer;
  private final Alphabet alphabet;

  RandomTokenizer(String normalizer, String preTokenizer, Alphabet alphabet) {
    this.normalizer = normalizer;
    this.preTokenizer = preTokenizer;
    this.alphabet = alphabet;
  }

  private enum Alphabet {
    SIGNS,
    BYTES,
    PIECES
  }

  private static String regexThenBytes(String regex) {
    return "{`type`:`Sequence`,`pretokenizers`:[{`type`:`Split`,`pattern`:{`Regex`:`"
        + regex
        + "`},`behavior`:`Isolated`,`invert`:false},{`type`:`ByteLevel`,`add_prefix_space`:false,`trim_offsets`:false,`use_regex`:false}]}";
  }

  /** Whether its texts can be cut. */
  public boolean isKnown() {
    return this != UNKNOWN;
  }

  /** Writes tokenizer.json into a directory. */
  public Path write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("tokenizer.json"), json());
    return directory;
  }

  /** The text of the file; the same in every process. */
  public String json() {
    ObjectNode tokenizer = JSON.createObjectNode();
    tokenizer.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = tokenizer.putArray("added_tokens");
    tokenizer.set("normalizer", read(normalizer));
    tokenizer.set("pre_tokenizer", read(preTokenizer));
    tokenizer.putNull("post_processor").putNull("decoder");
    List<String> tokens = new ArrayList<>(List.of("<unk>"));
    tokens.addAll(symbols());
    List<String[]> merges = merges(tokens);
    ObjectNode model = tokenizer.putObject("model");
    if (alphabet == Alphabet.PIECES) {
      unigram(model, tokens);
    } else {
      bpe(model, tokens, merges);
    }
    added.add(added(0, "<unk>", true));
    added.add(added(tokens.size(), SPECIAL, true));
    added.add(added(tokens.size() + 1, ADDED, false));
    return tokenizer.toString();
  }

  private List<String> symbols() {
    List<String> symbols = new ArrayList<>();
    if (alphabet == Alphabet.BYTES) {
      int unprintable = 256;
      for (int value = 0; value < 256; value++) {
        boolean printable =
            (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xFF && value != 0xAD);
        symbols.add(String.valueOf((char) (printable ? value : unprintable++)));
      }
      return symbols;
    }
    if (alphabet == Alphabet.SIGNS) {
      for (int value = 0; value < 256; value++) {
        symbols.add("<0x%02X>".formatted(value));
      }
    }
    "▁abcdefgstAB01.,'\né。中文".codePoints().forEach(c -> symbols.add(Character.toString(c)));
    return symbols;
  }

  /**
   * Adds what random merges make of the tokens; as in every such vocabulary, no sign ends a word.
   */
  private List<String[]> merges(List<String> tokens) {
    Random random = new Random(name().hashCode());
    List<String> parts =
        new ArrayList<>(tokens.stream().filter(token -> token.length() == 1).toList());
    if (alphabet == Alphabet.BYTES) {
      parts.removeIf(part -> "abcdefgstABĠĊ01.,'".indexOf(part) < 0);
    }
    List<String[]> merges = new ArrayList<>();
    while (merges.size() < MERGES) {
      String left = parts.get(random.nextInt(parts.size()));
      String right = parts.get(random.nextInt(parts.size()));
      String whole = left + right;
      boolean signInside =
          right.startsWith("▁")
              && !left.endsWith("▁")
              && Character.isLetter(left.charAt(left.length() - 1));
      if (!tokens.contains(whole) && whole.length() < 7 && !signInside) {
        tokens.add(whole);
        parts.add(whole);
        merges.add(new String[] {left, right});
      }
    }
    return merges;
  }

  private static void bpe(ObjectNode model, List<String> tokens, List<String[]> merges) {
    model.put("type", "BPE").putNull("dropout").put("unk_token", "<unk>");
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", true).put("byte_fallback", true).put("ignore_merges", false);
    ObjectNode ids = model.putObject("vocab");
    for (int i = 0; i < tokens.size(); i++) {
      ids.put(tokens.get(i), i);
    }
    ArrayNode list = model.putArray("merges");
    merges.forEach(merge -> list.addArray().add(merge[0]).add(merge[1]));
  }

  private static void unigram(ObjectNode model, List<String> tokens) {
    model.put("type", "Unigram").put("unk_id", 0).put("byte_fallback", false);
    ArrayNode pieces = model.putArray("vocab");
    for (int i = 0; i < tokens.size(); i++) {
      pieces.addArray().add(tokens.get(i)).add(i == 0 ? 0 : -2 - i / 100.0);
    }
  }

  private static ObjectNode added(int id, String content, boolean special) {
    ObjectNode token = JSON.createObjectNode().put("id", id).put("content", content);
    token.put("single_word", false).put("lstrip", false).put("rstrip", false);
    return token.put("normalized", false).put("special", special);
  }

  /** JSON with backticks for quotes. */
  private static JsonNode read(String text) {
    try {
      return JSON.readTree(text.replace('`', '"'));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A text of words, blanks, digits, several scripts, long runs, and added tokens. */
  public static String text(Random random, int length) {
    String[] parts = {
      "a",
      "b",
      "cd",
      "e f",
      "sta",
      "gg",
      " ",
      " ",
      " ",
      "  ",
      "\n",
      "\n\n",
      "\t",
      ".",
      ", ",
      "'s",
      "0",
      "12",
      "1234",
      "é",
      "中文",
      "。",
      "，",
      "\ud83c\udf70",
      "e\u0301",
      "\u00a0",
      "A",
      "Bad",
      "\r\n",
      "▁",
      "!",
      "-"
    };
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      int kind = random.nextInt(100);
      if (kind == 0) {
        text.append(SPECIAL);
      } else if (kind == 1) {
        text.append(ADDED);
      } else if (kind == 2) {
        text.append(parts[random.nextInt(parts.length)].repeat(1 + random.nextInt(40)));
      } else {
        text.append(parts[random.nextInt(parts.length)]);
      }
    }
    return text.toString();
  }
}
