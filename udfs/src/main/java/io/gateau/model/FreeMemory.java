package io.gateau.model;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** How many bytes of a device are free. */
final class FreeMemory {
  private static final Path SYSTEM = Path.of("/proc/meminfo");
  private static final Path CONTAINER = Path.of("/sys/fs/cgroup");

  private FreeMemory() {}

  /** Free bytes of a GPU or, of the CPU, of this machine and of the container that limits it. */
  static long of(Device device) {
    if (device.isGpu()) {
      MemoryUsage memory = CudaUtils.getGpuMemory(device);
      return memory.getMax() - memory.getCommitted();
    }
    return Math.min(ofSystem(), ofContainer());
  }

  /** On Linux, page cache that the system can drop counts as free. */
  private static long ofSystem() {
    if (Files.isReadable(SYSTEM)) {
      return 1024 * number(SYSTEM, "MemAvailable:");
    }
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getFreeMemorySize();
  }

  /**
   * What is left of a container's limit (control groups, version 2); no limit counts as infinite.
   */
  private static long ofContainer() {
    Path limit = CONTAINER.resolve("memory.max");
    try {
      if (!Files.isReadable(limit) || Files.readString(limit).startsWith("max")) {
        return Long.MAX_VALUE;
      }
      long used = Long.parseLong(Files.readString(CONTAINER.resolve("memory.current")).strip());
      long cache = number(CONTAINER.resolve("memory.stat"), "inactive_file ");
      return Long.parseLong(Files.readString(limit).strip()) - used + cache;
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }

  private static long number(Path file, String name) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }
}
