package io.gateau.pipeline.signals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** A Parquet file in memory. */
final class ParquetBytes implements OutputFile {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** What has been written. */
  byte[] content() {
    return bytes.toByteArray();
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) {
    return new Position();
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) {
    bytes.reset();
    return new Position();
  }

  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }

  private final class Position extends PositionOutputStream {
    @Override
    public long getPos() {
      return bytes.size();
    }

    @Override
    public void write(int value) {
      bytes.write(value);
    }

    @Override
    public void write(byte[] values, int from, int length) throws IOException {
      bytes.write(values, from, length);
    }
  }
}
