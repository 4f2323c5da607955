package io.gateau.pipeline.rank;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gathers blocks of rows, and forgets them all when they are too many. */
final class FewRows implements Serializable {
  private static final long serialVersionUID = 1;

  private final int limit;
  private final ArrayList<TermBlock> blocks = new ArrayList<>();
  private long rows;

  /** No rows yet; up to {@code limit} are kept. */
  FewRows(int limit) {
    this.limit = limit;
  }

  FewRows with(TermBlock block) {
    return with(List.of(block), block.rows());
  }

  FewRows with(FewRows other) {
    return with(other.blocks, other.rows);
  }

  private FewRows with(List<TermBlock> others, long more) {
    rows += more;
    blocks.addAll(others);
    if (rows > limit) {
      blocks.clear();
    }
    return this;
  }

  /** All rows; empty if they were too many. */
  Optional<List<TermBlock>> blocks() {
    return rows > limit ? Optional.empty() : Optional.of(List.copyOf(blocks));
  }
}
