package io.gateau.pipeline.read.file;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdIOException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * The decompressed bytes of a Zstandard file (RFC 8878), all its frames one after the other;
 * skippable frames are stepped over.
 *
 * <p>{@code ZstdInputStream} of zstd-jni takes the end of the file for the end of a frame as soon
 * as an earlier frame has ended. Here the file may end between frames only.
 */
final class ZstdFrames extends InputStream {

  private static final int BUFFER = 1 << 16;

  private final InputStream file;
  private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();
  private final byte[] read = new byte[BUFFER];
  private final ByteBuffer compressed = ByteBuffer.allocateDirect(BUFFER).limit(0);
  private final ByteBuffer plain = ByteBuffer.allocateDirect(BUFFER).limit(0);
  private boolean betweenFrames;

  ZstdFrames(InputStream file) {
    this.file = file;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  /**
   * At least one byte, or -1 at the end.
   *
   * @throws EOFException if the file ends in the middle of a frame
   * @throws ZstdIOException if a frame is damaged or something else stands behind one
   */
  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    if (length == 0) {
      return 0;
    }
    while (!plain.hasRemaining()) {
      // What the decompressor still holds comes before more of the file.
      decompress();
      if (!plain.hasRemaining() && !compressed.hasRemaining() && !fill()) {
        return -1;
      }
    }
    int n = Math.min(length, plain.remaining());
    plain.get(to, offset, n);
    return n;
  }

  private void decompress() throws ZstdIOException {
    int before = compressed.position();
    plain.clear();
    try {
      boolean frameEnded = decompressor.decompressDirectByteBufferStream(plain, compressed);
      boolean worked = compressed.position() > before || plain.position() > 0;
      betweenFrames = frameEnded || (betweenFrames && !worked);
    } catch (ZstdException e) {
      plain.limit(0);
      throw new ZstdIOException(e.getErrorCode(), e.getMessage());
    }
    plain.flip();
  }

  /** False at the end of the file. A file without any frame is one that was cut. */
  private boolean fill() throws IOException {
    int n = 0;
    while (n == 0) {
      n = file.read(read, 0, read.length);
    }
    if (n > 0) {
      compressed.clear().put(read, 0, n).flip();
      return true;
    }
    if (!betweenFrames) {
      throw new EOFException("the file ends in the middle of a Zstandard frame");
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    decompressor.close();
    file.close();
  }
}
