package io.gateau.pipeline.read.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The identity of a sample: what its three texts are, not its id and not its place in a file.
 *
 * <p>Among n different samples, two have one key with a probability below n^2 / 2^129, which is
 * 10^-18 for ten billion.
 */
public final class ContentKey {

  /** Of the 32 bytes of SHA-256; two hex digits each. */
  private static final int BYTES = 16;

  private ContentKey() {}

  /**
   * The first 16 bytes of a SHA-256 in 32 lower-case hex digits. Hashed is each text in UTF-8, with
   * the number of its bytes in front of it in 8 bytes, big endian.
   */
  public static String of(String context, String instruction, String response) {
    MessageDigest digest = sha256();
    for (String text : new String[] {context, instruction, response}) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(bytes.length).array());
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
