package io.gateau.model.decoder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Two buffers of host memory through which weights pass from file to device. They are pooled, since
 * Java frees mapped pages and direct buffers only when the collector happens to run: a file that is
 * mapped as it is read stays in memory beside the copy and doubles the model.
 */
final class HostBuffers implements AutoCloseable {
  private static final Deque<HostBuffers> POOL = new ConcurrentLinkedDeque<>();

  private ByteBuffer stored = ByteBuffer.allocateDirect(0);
  private ByteBuffer float32 = ByteBuffer.allocateDirect(0);

  private HostBuffers() {}

  /** Takes buffers from the pool; closing returns them. */
  static HostBuffers borrow() {
    HostBuffers pooled = POOL.poll();
    return pooled == null ? new HostBuffers() : pooled;
  }

  /** An empty buffer for {@code bytes} bytes as a file stores them, little-endian. */
  ByteBuffer stored(long bytes) {
    if (stored.capacity() < bytes) {
      stored = ByteBuffer.allocateDirect(Math.toIntExact(bytes));
    }
    return stored.clear().limit((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** An empty buffer for {@code bytes} bytes of float32 numbers in this machine's order. */
  ByteBuffer float32(long bytes) {
    if (float32.capacity() < bytes) {
      float32 = ByteBuffer.allocateDirect(Math.toIntExact(bytes));
    }
    return float32.clear().limit((int) bytes).order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    POOL.add(this);
  }
}
