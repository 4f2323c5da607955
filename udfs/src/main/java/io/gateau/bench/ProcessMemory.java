package io.gateau.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Memory of this process as Linux counts it: {@code /proc/self/status}, described in proc(5). For
 * measurements; other systems have no such file.
 */
public final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path RESET = Path.of("/proc/self/clear_refs");

  private ProcessMemory() {}

  /** Bytes in memory now, after a garbage collection. */
  static long resident() {
    System.gc();
    return value("VmRSS:");
  }

  /** The most bytes that were in memory since the start or the last {@link #resetPeak}. */
  static long peak() {
    return value("VmHWM:");
  }

  /** Resets {@link #peak} to the bytes in memory now. */
  static void resetPeak() {
    try {
      Files.writeString(RESET, "5");
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s cannot be written; memory is measured on Linux only".formatted(RESET), e);
    }
  }

  /** Peak of resident memory while work runs, above that before it, in bytes. */
  public static long peakOf(Runnable work) {
    long before = resident();
    resetPeak();
    work.run();
    return peak() - before;
  }

  private static long value(String name) {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s cannot be read; memory is measured on Linux only".formatted(STATUS), e);
    }
  }
}
