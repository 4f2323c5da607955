package io.gateau.pipeline.read.parquet;

import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.parquet.io.api.Binary;

/** Makes texts of bytes and remembers whether one was not UTF-8. */
final class TextCheck {

  private static final char REPLACEMENT = '\uFFFD';

  private boolean valid = true;

  /** The text; bytes that are none become replacement characters. */
  TextNode text(Binary bytes) {
    String text = bytes.toStringUsingUTF8();
    if (text.indexOf(REPLACEMENT) >= 0) {
      try {
        // The character may stand in the text itself.
        StandardCharsets.UTF_8.newDecoder().decode(bytes.toByteBuffer());
      } catch (CharacterCodingException e) {
        valid = false;
      }
    }
    return TextNode.valueOf(text);
  }

  /** Whether all texts since the last call were UTF-8. */
  boolean takeResult() {
    boolean result = valid;
    valid = true;
    return result;
  }
}
