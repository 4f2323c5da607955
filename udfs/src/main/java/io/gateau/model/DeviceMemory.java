package io.gateau.model;

import io.gateau.model.decoder.DeviceOutOfMemoryException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * The memory that a device has for the activations of all forward passes that run on it at once. A
 * pass reserves what its plan says and waits while other passes have it, so that no number of
 * threads takes more than the device has.
 */
public final class DeviceMemory {
  /** Memory that never runs out. */
  public static final DeviceMemory UNLIMITED = new DeviceMemory(Long.MAX_VALUE);

  private static final long UNIT_BYTES = 1 << 20;

  private final long bytes;
  private final Semaphore units;

  /**
   * Memory of a device.
   *
   * @param bytes all that may be reserved; less than 0 is 0
   */
  public DeviceMemory(long bytes) {
    this.bytes = Math.max(0, bytes);
    this.units = new Semaphore(units(this.bytes), true);
  }

  /** All bytes, reserved or not. */
  public long bytes() {
    return bytes;
  }

  /** The bytes of one thread if every processor of this machine runs one. */
  public long share() {
    return bytes / Runtime.getRuntime().availableProcessors();
  }

  /** Whether a pass that needs {@code wanted} bytes can run, now or later. */
  public boolean holds(long wanted) {
    return wanted <= bytes;
  }

  /**
   * Runs a pass once its memory is free; this thread waits until then.
   *
   * @param wanted bytes that the pass needs at the most
   * @return the result of the pass
   * @throws DeviceOutOfMemoryException if the device does not have so much, reserved or not
   */
  public <T> T reserve(long wanted, Supplier<T> pass) {
    if (!holds(wanted)) {
      throw new DeviceOutOfMemoryException(
          "a pass needs %d bytes for its activations, and the device has %d"
              .formatted(wanted, bytes));
    }
    int reserved = Math.min(units(bytes), units(wanted) + 1);
    units.acquireUninterruptibly(reserved);
    try {
      return pass.get();
    } finally {
      units.release(reserved);
    }
  }

  private static int units(long size) {
    return (int) Math.min(Integer.MAX_VALUE / 2, size / UNIT_BYTES);
  }
}
