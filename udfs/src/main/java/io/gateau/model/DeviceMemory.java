package io.gateau.model;

import io.gateau.model.decoder.DeviceOutOfMemoryException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * What a device has for the activations of all passes that run on it at once. A pass borrows what
 * its plan says and waits while others have it; so no number of threads takes more than there is.
 */
public final class DeviceMemory {
  /** As if there were no end of it. */
  public static final DeviceMemory UNLIMITED = new DeviceMemory(Long.MAX_VALUE);

  private static final long UNIT = 1 << 20;

  private final long bytes;
  private final Semaphore units;

  public DeviceMemory(long bytes) {
    this.bytes = Math.max(0, bytes);
    this.units = new Semaphore(units(this.bytes), true);
  }

  /** All there is, lent or not. */
  public long bytes() {
    return bytes;
  }

  /**
   * What a batch should leave to others: the part of one of as many threads as this machine runs.
   */
  public long share() {
    return bytes / Runtime.getRuntime().availableProcessors();
  }

  public boolean holds(long wanted) {
    return wanted <= bytes;
  }

  /**
   * Runs a pass once its memory is free.
   *
   * @throws DeviceOutOfMemoryException if there never is so much
   */
  public <T> T lend(long wanted, Supplier<T> pass) {
    if (!holds(wanted)) {
      throw new DeviceOutOfMemoryException(
          "a pass needs " + wanted + " bytes for its activations, of " + bytes + " there are");
    }
    int lent = Math.min(units(bytes), units(wanted) + 1);
    units.acquireUninterruptibly(lent);
    try {
      return pass.get();
    } finally {
      units.release(lent);
    }
  }

  private static int units(long size) {
    return (int) Math.min(Integer.MAX_VALUE / 2, size / UNIT);
  }
}
