package io.gateau.pipeline.rank;

import java.io.Serializable;
import java.util.Map;

/**
 * Rows of a group that share one budget, and their tokens.
 *
 * @param rows not negative
 * @param tokens of their full sequences
 */
public record GroupSize(long rows, long tokens) implements Serializable {
  /** Both together. */
  GroupSize plus(GroupSize other) {
    return new GroupSize(rows + other.rows, tokens + other.tokens);
  }

  /** Adds the sizes of some groups to those of others, in place. */
  static void add(Map<String, GroupSize> sizes, Map<String, GroupSize> to) {
    sizes.forEach((group, size) -> to.merge(group, size, GroupSize::plus));
  }

  static long rows(Map<String, GroupSize> sizes) {
    return sizes.values().stream().mapToLong(GroupSize::rows).sum();
  }
}
