package io.gateau.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the control groups of Linux, by which containers and YARN's containers are limited, leave a
 * process of memory. Both versions are read, of the process's own group and of all groups above it.
 *
 * @param mount where the groups are mounted: {@code /sys/fs/cgroup}
 * @param membership the groups of the process: {@code /proc/self/cgroup}
 */
record ControlGroups(Path mount, Path membership) {
  /** Version 1 has a very large limit where there is none. */
  private static final long NO_LIMIT = 1L << 60;

  private static final Names VERSION_1 =
      new Names("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ");
  private static final Names VERSION_2 =
      new Names("memory.max", "memory.current", "inactive_file ");

  /** The files of a version, and the line of memory.stat that counts cache which can be dropped. */
  private record Names(String limit, String used, String cache) {}

  static ControlGroups ofThisProcess() {
    return new ControlGroups(Path.of("/sys/fs/cgroup"), Path.of("/proc/self/cgroup"));
  }

  /** Bytes that are left under the tightest limit; without any limit {@link Long#MAX_VALUE}. */
  long free() {
    return Math.min(
        free(mount, ownGroup("0::"), VERSION_2),
        free(mount.resolve("memory"), ownGroup("memory"), VERSION_1));
  }

  /**
   * The path of this process's group in a hierarchy; the root if it is not known. Inside a
   * container the path may be one of the machine outside, and then its folder is not there.
   */
  private String ownGroup(String hierarchy) {
    try {
      for (String line : Files.readAllLines(membership)) {
        String[] parts = line.split(":", 3);
        boolean isIt =
            "0::".equals(hierarchy)
                ? line.startsWith(hierarchy)
                : parts.length == 3 && List.of(parts[1].split(",", -1)).contains(hierarchy);
        if (isIt) {
          return parts[2];
        }
      }
    } catch (IOException e) {
      return "/";
    }
    return "/";
  }

  private static long free(Path root, String group, Names names) {
    long free = Long.MAX_VALUE;
    Path relative = Path.of(group.replaceFirst("^/+", "")).normalize();
    for (Path path = relative; path != null; path = path.getParent()) {
      free = Math.min(free, freeIn(root.resolve(path), names));
    }
    return Math.min(free, freeIn(root, names));
  }

  private static long freeIn(Path group, Names names) {
    try {
      Path file = group.resolve(names.limit);
      if (!Files.isReadable(file)) {
        return Long.MAX_VALUE;
      }
      String limit = Files.readString(file).strip();
      if ("max".equals(limit) || Long.parseLong(limit) >= NO_LIMIT) {
        return Long.MAX_VALUE;
      }
      long used = Long.parseLong(Files.readString(group.resolve(names.used)).strip());
      return Math.max(0, Long.parseLong(limit) - used + cache(group.resolve("memory.stat"), names));
    } catch (IOException | NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  private static long cache(Path statistics, Names names) throws IOException {
    try (Stream<String> lines = Files.lines(statistics)) {
      return lines
          .filter(line -> line.startsWith(names.cache))
          .mapToLong(line -> Long.parseLong(line.substring(names.cache.length()).strip()))
          .findFirst()
          .orElse(0);
    }
  }
}
