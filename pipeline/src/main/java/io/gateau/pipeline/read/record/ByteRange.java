package io.gateau.pipeline.read.record;

/**
 * Where the bytes of a record stand in its file.
 *
 * @param offset of the first byte, counted from 0
 * @param bytes how many there are
 */
public record ByteRange(long offset, long bytes) {

  /** Checks that neither is negative. */
  public ByteRange {
    if (offset < 0 || bytes < 0) {
      throw new IllegalArgumentException(
          "%d bytes at offset %d are no part of a file".formatted(bytes, offset));
    }
  }
}
