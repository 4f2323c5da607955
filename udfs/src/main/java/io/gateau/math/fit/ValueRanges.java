package io.gateau.math.fit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The values of a data set as ranges that are divided until they say what is asked. Each round is
 * one pass, which divides every range that needs it into many, so a few rounds are enough; and the
 * memory is that of the ranges, however many rows there are.
 */
final class ValueRanges {
  private final RowValue value;
  private final Question question;
  private List<ValueRange> ranges;

  /** What is asked of the ranges. */
  interface Question {
    /** Cells of a round, 2^12 or more, for all ranges of a value together. */
    int cells();

    /**
     * Whether a range is too wide to answer.
     *
     * @param range of more than one value
     * @param below rows with smaller values
     * @param ranges that there are now
     */
    boolean divides(ValueRange range, long below, int ranges);
  }

  /** All rows of a value as one range. */
  ValueRanges(RowValue value, ValueRange all, Question question) {
    this.value = value;
    this.question = question;
    this.ranges = List.of(all);
  }

  /** Divides the ranges of some values until their questions are answered. */
  static void divide(RowPasses rows, List<ValueRanges> values) {
    List<ValueRanges> open = open(values);
    while (!open.isEmpty()) {
      List<RangeCounts> empty = open.stream().map(ValueRanges::counts).toList();
      List<RangeCounts> counted = rows.pass(new AccumulatorList<>(empty)).all();
      for (int i = 0; i < open.size(); i++) {
        open.get(i).replaceBy(counted.get(i));
      }
      open = open(open);
    }
  }

  private static List<ValueRanges> open(List<ValueRanges> values) {
    return values.stream().filter(one -> one.wide().findAny().isPresent()).toList();
  }

  /** Ascending; together they hold every row. */
  List<ValueRange> ranges() {
    return ranges;
  }

  private Stream<ValueRange> wide() {
    Stream.Builder<ValueRange> wide = Stream.builder();
    long below = 0;
    for (ValueRange range : ranges) {
      if (!range.isOneValue() && question.divides(range, below, ranges.size())) {
        wide.add(range);
      }
      below += range.rows();
    }
    return wide.build();
  }

  private RangeCounts counts() {
    List<ValueRange> wide = wide().toList();
    return new RangeCounts(value, wide, Math.max(2, question.cells() / wide.size()));
  }

  private void replaceBy(RangeCounts counts) {
    List<ValueRange> divided = new ArrayList<>();
    int next = 0;
    List<ValueRange> wide = wide().toList();
    for (ValueRange range : ranges) {
      if (next < wide.size() && range.equals(wide.get(next))) {
        divided.addAll(counts.cellsOf(next++));
      } else {
        divided.add(range);
      }
    }
    ranges = List.copyOf(divided);
  }
}
