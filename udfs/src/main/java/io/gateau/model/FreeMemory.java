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

  private FreeMemory() {}

  /** Free bytes of a GPU or, of the CPU, of this machine and of the container that limits it. */
  static long of(Device device) {
    if (device.isGpu()) {
      MemoryUsage memory = CudaUtils.getGpuMemory(device);
      return memory.getMax() - memory.getCommitted();
    }
    return Math.min(ofSystem(), ControlGroups.ofThisProcess().free());
  }

  /** On Linux, page cache that the system can drop counts as free. */
  private static long ofSystem() {
    if (Files.isReadable(SYSTEM)) {
      return 1024 * number(SYSTEM, "MemAvailable:");
    }
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getFreeMemorySize();
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
