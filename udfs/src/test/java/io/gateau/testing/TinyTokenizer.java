package io.gateau.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The tokenizer.json of {@link TinyCheckpoint}: byte-level BPE without merges, so that every byte
 * is a token and every text can be encoded.
 */
final class TinyTokenizer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TinyTokenizer() {}

  /**
   * The file.
   *
   * @param bos whether the post-processor puts a beginning-of-sequence token in front
   */
  static ObjectNode json(TinyCheckpoint.Bos bos) {
    ObjectNode tokenizer = JSON.createObjectNode();
    tokenizer.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = tokenizer.putArray("added_tokens");
    added.add(special(TinyCheckpoint.BOS_ID, "<s>")).add(special(TinyCheckpoint.EOS_ID, "</s>"));
    tokenizer.putNull("normalizer");
    tokenizer.set("pre_tokenizer", byteLevel());
    tokenizer.set("post_processor", bos == TinyCheckpoint.Bos.ADDED ? bosTemplate() : byteLevel());
    tokenizer.set("decoder", byteLevel());
    ObjectNode model = tokenizer.putObject("model").put("type", "BPE");
    model.putNull("dropout").putNull("unk_token").put("fuse_unk", false);
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    ObjectNode symbols = model.put("byte_fallback", false).putObject("vocab");
    int unprintable = 256;
    for (int value = 0; value < 256; value++) {
      // GPT-2's alphabet: a printable byte is itself, the others follow from U+0100 on.
      boolean printable =
          (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xFF && value != 0xAD);
      symbols.put(String.valueOf((char) (printable ? value : unprintable++)), value);
    }
    symbols.put("<s>", TinyCheckpoint.BOS_ID).put("</s>", TinyCheckpoint.EOS_ID);
    model.putArray("merges");
    return tokenizer;
  }

  private static ObjectNode byteLevel() {
    ObjectNode step = JSON.createObjectNode().put("type", "ByteLevel");
    return step.put("add_prefix_space", false).put("trim_offsets", false).put("use_regex", true);
  }

  private static ObjectNode special(int id, String content) {
    ObjectNode token = JSON.createObjectNode().put("id", id).put("content", content);
    token.put("single_word", false).put("lstrip", false).put("rstrip", false);
    return token.put("normalized", false).put("special", true);
  }

  private static ObjectNode bosTemplate() {
    ObjectNode template = JSON.createObjectNode().put("type", "TemplateProcessing");
    ArrayNode single = template.putArray("single");
    single.addObject().putObject("SpecialToken").put("id", "<s>").put("type_id", 0);
    single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    ArrayNode pair = template.putArray("pair");
    pair.add(single.get(0).deepCopy()).add(single.get(1).deepCopy());
    pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
    ObjectNode token = template.putObject("special_tokens").putObject("<s>").put("id", "<s>");
    token.putArray("ids").add(TinyCheckpoint.BOS_ID);
    token.putArray("tokens").add("<s>");
    return template;
  }
}
