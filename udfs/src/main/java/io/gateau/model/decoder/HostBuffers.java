package io.gateau.model.decoder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Two blocks of native memory through which weights pass on their way from file to device, used
 * again and again. Java gives mapped pages and direct buffers back only when the collector happens
 * to run: a file mapped as it is read stays in memory beside the copy, and doubles the model.
 */
final class HostBuffers implements AutoCloseable {
  private static final Deque<HostBuffers> FREE = new ConcurrentLinkedDeque<>();

  private ByteBuffer stored = ByteBuffer.allocateDirect(0);
  private ByteBuffer widened = ByteBuffer.allocateDirect(0);

  private HostBuffers() {}

  /** Blocks that nobody uses now; give them back by closing. */
  static HostBuffers borrow() {
    HostBuffers free = FREE.poll();
    return free == null ? new HostBuffers() : free;
  }

  /** Room for so many bytes as a file stores them, little-endian. */
  ByteBuffer stored(long bytes) {
    if (stored.capacity() < bytes) {
      stored = ByteBuffer.allocateDirect(Math.toIntExact(bytes));
    }
    return stored.clear().limit((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Room for so many bytes in this machine's order. */
  ByteBuffer widened(long bytes) {
    if (widened.capacity() < bytes) {
      widened = ByteBuffer.allocateDirect(Math.toIntExact(bytes));
    }
    return widened.clear().limit((int) bytes).order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    FREE.add(this);
  }
}
