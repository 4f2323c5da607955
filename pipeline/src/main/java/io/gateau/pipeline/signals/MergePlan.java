package io.gateau.pipeline.signals;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which files of a table are merged, and which with which. What a merge reads is bounded by the
 * file, and a file is written anew only together with at least its own size of smaller ones:
 * however often a table is merged, each row is written anew a few times only.
 */
final class MergePlan {
  /** So many small files, or fewer, are left as they are. */
  static final int MERGE_ABOVE = 64;

  /** A file of this size is never written anew. */
  static final long LARGE_BYTES = 32L << 20;

  /** A merged file is about so large: what one task reads. */
  static final long GROUP_BYTES = 64L << 20;

  /** So many files at most are opened by one task. */
  static final int GROUP_FILES = 4096;

  /** Tasks of one merge; what is beyond them waits for the next merge. */
  static final int GROUPS = 1024;

  private MergePlan() {}

  /**
   * A file of a table.
   *
   * @param name in the folder of the table
   * @param bytes its size
   */
  record StoredFile(String name, long bytes) implements Serializable {}

  /** Groups of files, each to become one; no file is in two of them. */
  static List<List<StoredFile>> groups(List<StoredFile> files) {
    List<StoredFile> small =
        files.stream()
            .filter(file -> file.bytes() < LARGE_BYTES)
            .sorted(Comparator.comparingLong(StoredFile::bytes).thenComparing(StoredFile::name))
            .toList();
    if (small.size() <= MERGE_ABOVE) {
      return List.of();
    }
    List<List<StoredFile>> groups = new ArrayList<>();
    List<StoredFile> group = new ArrayList<>();
    long bytes = 0;
    for (StoredFile file : small.subList(0, worthMerging(small))) {
      if (group.size() == GROUP_FILES || (bytes + file.bytes() > GROUP_BYTES && group.size() > 1)) {
        groups.add(List.copyOf(group));
        group.clear();
        bytes = 0;
      }
      group.add(file);
      bytes += file.bytes();
    }
    if (group.size() > 1) {
      groups.add(List.copyOf(group));
    }
    return groups.subList(0, Math.min(groups.size(), GROUPS));
  }

  /** How many of the smallest files: those up to the last that is no larger than all before it. */
  private static int worthMerging(List<StoredFile> ascending) {
    long before = 0;
    int count = 0;
    for (int i = 0; i < ascending.size(); i++) {
      if (ascending.get(i).bytes() <= before) {
        count = i + 1;
      }
      before += ascending.get(i).bytes();
    }
    return count;
  }
}
