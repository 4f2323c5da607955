package io.gateau.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlGroupsTest {
  @TempDir Path temporary;
  private Path mount;
  private Path membership;

  @BeforeEach
  void folders() throws IOException {
    mount = Files.createDirectory(temporary.resolve("cgroup"));
    membership = temporary.resolve("self");
    Files.writeString(membership, "");
  }

  @Test
  void withoutGroupsOrLimitsThereIsNoLimit() throws IOException {
    assertEquals(Long.MAX_VALUE, free());
    version2("", "max", 5, 1);
    version1("", "9223372036854771712", 5, 1);

    assertEquals(Long.MAX_VALUE, free());
  }

  /* 1000 - 600 used + 100 of cache that can be dropped = 500. */
  @Test
  void version2InAContainer() throws IOException {
    version2("", "1000", 600, 100);

    assertEquals(500, free());
  }

  @Test
  void version1InAContainer() throws IOException {
    version1("", "1000", 600, 100);

    assertEquals(500, free());
  }

  /* As on a host of YARN: the process is in a group of its own, below one of all containers. */
  @Test
  void theTightestGroupAboveTheProcessCounts() throws IOException {
    Files.writeString(membership, "5:cpu,cpuacct:/\n4:memory:/hadoop-yarn/container_1\n0::/\n");
    version1("", "9223372036854771712", 0, 0);
    version1("hadoop-yarn", "10000", 9700, 0);
    version1("hadoop-yarn/container_1", "1000", 400, 0);
    assertEquals(300, free());

    version1("hadoop-yarn", "10000", 5000, 0);
    assertEquals(600, free());
  }

  @Test
  void version2BelowASlice() throws IOException {
    Files.writeString(membership, "0::/system.slice/worker.service\n");
    version2("system.slice/worker.service", "2000", 500, 0);

    assertEquals(1500, free());
  }

  /* Seen from inside, the container's own group is the root. */
  @Test
  void aPathOutsideOfTheContainerDoesNoHarm() throws IOException {
    Files.writeString(membership, "0::/../../docker/abc\n");
    version2("", "1000", 600, 0);

    assertEquals(400, free());
  }

  @Test
  void moreThanTheLimitInUseLeavesNothing() throws IOException {
    version2("", "1000", 1600, 0);

    assertEquals(0, free());
  }

  private long free() {
    return new ControlGroups(mount, membership).free();
  }

  private void version1(String group, String limit, long used, long cache) throws IOException {
    Path folder = Files.createDirectories(mount.resolve("memory").resolve(group));
    Files.writeString(folder.resolve("memory.limit_in_bytes"), limit + "\n");
    Files.writeString(folder.resolve("memory.usage_in_bytes"), used + "\n");
    Files.writeString(
        folder.resolve("memory.stat"), "cache 7\ntotal_inactive_file " + cache + "\n");
  }

  private void version2(String group, String limit, long used, long cache) throws IOException {
    Path folder = Files.createDirectories(mount.resolve(group));
    Files.writeString(folder.resolve("memory.max"), limit + "\n");
    Files.writeString(folder.resolve("memory.current"), used + "\n");
    Files.writeString(folder.resolve("memory.stat"), "anon 7\ninactive_file " + cache + "\n");
  }
}
