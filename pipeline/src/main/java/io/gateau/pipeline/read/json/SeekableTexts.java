package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.record.ByteRange;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;

/** Reads the range of each record, and what a buffer of the file system brings along. */
final class SeekableTexts implements RecordTexts {

  private final FSDataInputStream file;

  SeekableTexts(FSDataInputStream file) {
    this.file = file;
  }

  @Override
  public Optional<String> text(long number, Optional<ByteRange> range) throws IOException {
    if (range.isEmpty()) {
      return Optional.empty();
    }
    byte[] bytes = new byte[Math.toIntExact(range.get().bytes())];
    try {
      // A positioned read opens a local file anew, for its checksums; records come in order anyway.
      file.seek(range.get().offset());
      file.readFully(bytes);
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (EOFException | CharacterCodingException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
