package io.gateau.pipeline.signals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.signals.MergePlan.StoredFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MergePlanTest {
  private static List<StoredFile> files(LongStream sizes) {
    List<StoredFile> files = new ArrayList<>();
    sizes.forEach(bytes -> files.add(new StoredFile("f%08d".formatted(files.size()), bytes)));
    return files;
  }

  private static long bytes(Collection<StoredFile> files) {
    return files.stream().mapToLong(StoredFile::bytes).sum();
  }

  @Test
  void fewSmallFilesAreLeftAlone() {
    assertEquals(List.of(), MergePlan.groups(files(LongStream.generate(() -> 1_000).limit(64))));
    assertEquals(1, MergePlan.groups(files(LongStream.generate(() -> 1_000).limit(65))).size());
    assertEquals(
        List.of(),
        MergePlan.groups(files(LongStream.generate(() -> MergePlan.LARGE_BYTES).limit(1_000))),
        "large files, however many");
  }

  /* 10 million rows in files of 32 rows and 20,000 bytes. */
  @Test
  void groupsAreBoundedAndHoldEveryFileOnce() {
    List<StoredFile> files = files(LongStream.generate(() -> 20_000).limit(312_500));
    List<List<StoredFile>> groups = MergePlan.groups(files);
    assertEquals(
        files, groups.stream().flatMap(List::stream).toList(), "every file is in one group");
    assertEquals(94, groups.size(), "6.25 GB in parts of 64 MiB");
    for (List<StoredFile> group : groups) {
      assertTrue(group.size() <= MergePlan.GROUP_FILES, "files");
      assertTrue(bytes(group) <= MergePlan.GROUP_BYTES, "bytes");
    }
  }

  @Test
  void aMergeHasAtMostSoManyTasks() {
    List<StoredFile> files =
        files(LongStream.generate(() -> 1).limit((MergePlan.GROUPS + 3L) * MergePlan.GROUP_FILES));
    assertEquals(MergePlan.GROUPS, MergePlan.groups(files).size());
  }

  @Test
  void aFileLargerThanAllSmallerOnesTogetherWaitsForMore() {
    List<StoredFile> files = files(LongStream.generate(() -> 1_000).limit(100));
    files.add(new StoredFile("merged before", 100_001));
    assertEquals(List.of(files.subList(0, 100)), MergePlan.groups(files));
    files.add(new StoredFile("one more", 1_000));
    assertEquals(102, MergePlan.groups(files).get(0).size(), "now it is worth it");
  }

  /* Each of 1,000 runs adds 100 files: a row is written anew some log2(32 MiB / 100 kB) times. */
  @Test
  void howeverOftenItIsMergedARowIsWrittenAnewAFewTimes() {
    List<StoredFile> files = new ArrayList<>();
    long added = 0;
    long rewritten = 0;
    int most = 0;
    for (int run = 0; run < 1_000; run++) {
      for (int i = 0; i < 100; i++) {
        files.add(new StoredFile("scored-%d-%d".formatted(run, i), 1_000));
        added += 1_000;
      }
      List<List<StoredFile>> groups = MergePlan.groups(files);
      for (int group = 0; group < groups.size(); group++) {
        files.removeAll(groups.get(group));
        files.add(new StoredFile("merged-%d-%d".formatted(run, group), bytes(groups.get(group))));
        rewritten += bytes(groups.get(group));
      }
      most = Math.max(most, files.size());
    }
    assertEquals(added, bytes(files), "nothing is lost");
    assertTrue(rewritten < 10 * added, "rewritten %.1f times".formatted(1.0 * rewritten / added));
    assertTrue(most <= MergePlan.MERGE_ABOVE, "files left " + most);
  }
}
