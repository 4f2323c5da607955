package io.gateau.math.fit;

import io.gateau.math.MinMax;
import io.gateau.math.RankScale;
import io.gateau.math.Softmax;
import io.gateau.math.ZScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Fits scales on the rows of a data set. Every method returns one scale for each value, and none at
 * all if there are no rows. No number depends on the order of the rows, to the last bit.
 */
public final class ScaleFit {
  private ScaleFit() {}

  /** From the smallest to the largest value: one pass. */
  public static List<MinMax> minMax(RowPasses rows, List<RowValue> values) {
    return extents(rows, values).stream().map(Extent::minMax).flatMap(Optional::stream).toList();
  }

  /**
   * From the quantile {@code share} to the quantile 1 - {@code share}, so that outliers are
   * clipped: some three passes.
   *
   * @param share of the rows at each end, in [0, 0.5); 0 = no quantile but the extremes
   */
  public static List<MinMax> winsorised(RowPasses rows, List<RowValue> values, double share) {
    if (share == 0) {
      return minMax(rows, values);
    }
    List<ValueRange> all = whole(rows, values);
    List<Quantiles> quantiles =
        all.stream()
            .map(one -> new Quantiles(new double[] {share, 1 - share}, one.rows()))
            .toList();
    List<ValueRanges> divided = divided(rows, values, all, quantiles);
    List<MinMax> ranges = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      double[] ends = quantiles.get(i).of(divided.get(i).ranges());
      ranges.add(new MinMax(ends[0], ends[1]));
    }
    return ranges;
  }

  /**
   * Shares of rank: exact while a value has at most 100,001 different values, and within 1e-5
   * beyond; one pass, and some more.
   */
  public static List<RankScale> ranks(RowPasses rows, List<RowValue> values) {
    List<ValueRange> all = whole(rows, values);
    List<RankRanges> ranks = all.stream().map(one -> new RankRanges(one.rows())).toList();
    List<ValueRanges> divided = divided(rows, values, all, ranks);
    return IntStream.range(0, all.size())
        .mapToObj(i -> ranks.get(i).scale(divided.get(i).ranges()))
        .toList();
  }

  /**
   * Standard scores of values that are first clipped: two passes.
   *
   * @param ranges that each value is clipped to, from {@link #winsorised}
   */
  public static List<ZScore> zScores(RowPasses rows, List<RowValue> values, List<MinMax> ranges) {
    List<RowValue> places = new ArrayList<>();
    for (int i = 0; i < ranges.size(); i++) {
      RowValue value = values.get(i);
      MinMax range = ranges.get(i);
      places.add(row -> range.of(value.of(row)));
    }
    double[] means = means(rows, places);
    List<RowValue> squares = new ArrayList<>();
    for (int i = 0; i < ranges.size(); i++) {
      RowValue place = places.get(i);
      double mean = means[i];
      squares.add(row -> (place.of(row) - mean) * (place.of(row) - mean));
    }
    double[] variances = means(rows, squares);
    return IntStream.range(0, ranges.size())
        .mapToObj(i -> new ZScore(ranges.get(i), means[i], Math.sqrt(variances[i])))
        .toList();
  }

  /** Softmax of each value: two passes. */
  public static List<Softmax> softmax(RowPasses rows, List<RowValue> values) {
    List<MinMax> ranges = minMax(rows, values);
    List<RowValue> weights = new ArrayList<>();
    for (int i = 0; i < ranges.size(); i++) {
      RowValue value = values.get(i);
      double maximum = ranges.get(i).maximum();
      weights.add(row -> Softmax.weight(value.of(row), maximum));
    }
    List<RowSum> sums = sums(rows, weights);
    return IntStream.range(0, ranges.size())
        .mapToObj(i -> new Softmax(ranges.get(i).maximum(), sums.get(i).sum()))
        .toList();
  }

  private static double[] means(RowPasses rows, List<RowValue> values) {
    return sums(rows, values).stream().mapToDouble(RowSum::mean).toArray();
  }

  private static List<RowSum> sums(RowPasses rows, List<RowValue> values) {
    return rows.pass(new AccumulatorList<>(values.stream().map(RowSum::new).toList())).all();
  }

  private static List<Extent> extents(RowPasses rows, List<RowValue> values) {
    return rows.pass(new AccumulatorList<>(values.stream().map(Extent::new).toList())).all();
  }

  /** Every value's rows as one range; none if there are no rows. */
  private static List<ValueRange> whole(RowPasses rows, List<RowValue> values) {
    return extents(rows, values).stream().map(Extent::range).flatMap(Optional::stream).toList();
  }

  private static List<ValueRanges> divided(
      RowPasses rows,
      List<RowValue> values,
      List<ValueRange> all,
      List<? extends ValueRanges.Question> questions) {
    List<ValueRanges> ranges =
        IntStream.range(0, all.size())
            .mapToObj(i -> new ValueRanges(values.get(i), all.get(i), questions.get(i)))
            .toList();
    ValueRanges.divide(rows, ranges);
    return ranges;
  }
}
