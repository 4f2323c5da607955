package io.gateau.pipeline.plan;

import java.io.Serializable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Divides samples among the files of a plan, so that samples of similar cost lie together: the
 * classes follow each other by cost, and files are filled one after the other.
 */
final class PlanFiles implements Serializable {
  private static final long serialVersionUID = 1;

  /** Of narrow rows, some ten megabytes. */
  private static final long ROWS_PER_FILE = 50_000;

  /** Of texts that are copied into the plan. */
  private static final long CHARACTERS_PER_FILE = 256L << 20;

  /** The files of a class: from the first to the last one. */
  private record Span(int first, int last) implements Serializable {}

  private final Map<SizeClass, Span> spans = new HashMap<>();
  private final int count;

  /**
   * Divides.
   *
   * @param pending what there is, at least one sample
   * @param cost of one sample
   */
  PlanFiles(PendingCount pending, PendingCost cost) {
    long rows = pending.rows();
    long files = 1 + Math.max(rows / ROWS_PER_FILE, pending.fetched() / CHARACTERS_PER_FILE);
    count = Math.toIntExact(Math.min(rows, files));
    double rowsPerFile = (double) rows / count;
    long before = 0;
    for (SizeClass sizeClass : byCost(pending, cost)) {
      long size = pending.sizes().get(sizeClass).rows();
      spans.put(
          sizeClass,
          new Span(
              (int) Math.min(count - 1, before / rowsPerFile),
              (int) Math.min(count - 1, (before + size - 1) / rowsPerFile)));
      before += size;
    }
  }

  private static List<SizeClass> byCost(PendingCount pending, PendingCost cost) {
    Map<SizeClass, Double> flops = new HashMap<>();
    pending
        .sizes()
        .forEach(
            (sizeClass, size) ->
                flops.put(sizeClass, cost.of(size.meanCharacters(), sizeClass.stored()).flops()));
    return flops.keySet().stream()
        .sorted(
            Comparator.<SizeClass>comparingDouble(flops::get)
                .reversed()
                .thenComparing(SizeClass::stored)
                .thenComparing(SizeClass::step))
        .toList();
  }

  int count() {
    return count;
  }

  /** The number of the file of a sample, counted from 0. */
  int of(String contentKey, long stored, long characters) {
    Span span = spans.get(SizeClass.of(stored, characters));
    return span.first() + Math.floorMod(contentKey.hashCode(), span.last() - span.first() + 1);
  }
}
