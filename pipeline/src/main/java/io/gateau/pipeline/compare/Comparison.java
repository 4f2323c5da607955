package io.gateau.pipeline.compare;

import static org.apache.spark.sql.functions.asc;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.desc;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.gateau.math.LengthBucket;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.SignalConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * What a comparison found.
 *
 * @param rows that were compared: those with all signals
 * @param tokens of their full sequences
 * @param lengths rows of each length bucket: {@link LengthBucket} to number
 * @param sources rows of the largest sources, the largest first; a row without a source counts for
 *     the empty text
 * @param profiles one for each candidate, in their order
 * @param jaccard [i][j], rows that both select over rows that one of them selects, in [0, 1]; NaN
 *     where neither selects any
 * @param rankCorrelation [i][j], Spearman's correlation of the rankings, in [-1, 1]; rows that a
 *     candidate leaves out share the last place
 */
public record Comparison(
    long rows,
    long tokens,
    Map<Integer, Long> lengths,
    Map<String, Long> sources,
    List<Profile> profiles,
    double[][] jaccard,
    double[][] rankCorrelation) {
  /** How many sources are shown by name. */
  public static final int SOURCES = 10;

  /** Copies the lists and maps. */
  public Comparison {
    lengths = Collections.unmodifiableMap(new LinkedHashMap<>(lengths));
    sources = Collections.unmodifiableMap(new LinkedHashMap<>(sources));
    profiles = List.copyOf(profiles);
  }

  /**
   * What one candidate selects, and what it costs.
   *
   * @param candidate the selection
   * @param leftOut rows that its strategy leaves out
   * @param selected rows
   * @param selectedTokens of their full sequences
   * @param lengthCorrelation Spearman's correlation of its ranking, the best highest, and the
   *     tokens of the sequences, in [-1, 1]
   * @param passes what models read for it
   * @param passTokens tokens that models read for it, over all rows
   * @param lengths selected rows of each length bucket, in the order of {@link Comparison#lengths}
   * @param sources selected rows of each of {@link Comparison#sources}
   */
  public record Profile(
      Candidate candidate,
      long leftOut,
      long selected,
      long selectedTokens,
      double lengthCorrelation,
      List<String> passes,
      long passTokens,
      Map<Integer, Long> lengths,
      Map<String, Long> sources) {
    /** Copies the lists and maps. */
    public Profile {
      passes = List.copyOf(passes);
      lengths = Collections.unmodifiableMap(new LinkedHashMap<>(lengths));
      sources = Collections.unmodifiableMap(new LinkedHashMap<>(sources));
    }
  }

  /**
   * Of samples with the columns of {@link RankColumns}.
   *
   * @param ranks samples, read several times
   * @param rows how many there are
   */
  static Comparison of(
      Dataset<Row> ranks, long rows, List<Candidate> candidates, SignalConfig stored) {
    List<PassTokens> passes =
        candidates.stream()
            .map(candidate -> Strategies.of(candidate.config().rank().strategy()))
            .map(strategy -> PassTokens.of(strategy.signals(), stored))
            .toList();
    Tally tally = Tally.of(ranks, passes);
    double[][] correlation = RankCorrelation.of(ranks, rows, tally);
    List<Row> sources = sources(ranks, candidates.size());
    List<Profile> profiles = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      Map<String, Long> selectedBySource = new LinkedHashMap<>();
      for (Row source : sources) {
        selectedBySource.put(source.getString(0), source.getLong(2 + i));
      }
      profiles.add(
          new Profile(
              candidates.get(i),
              rows - tally.ranked(i),
              tally.both(i, i),
              tally.selectedTokens(i),
              -correlation[i][candidates.size()],
              passes.get(i).names(),
              tally.passTokens(i),
              tally.selectedLengths(i),
              selectedBySource));
    }
    Map<String, Long> bySource = new LinkedHashMap<>();
    sources.forEach(source -> bySource.put(source.getString(0), source.getLong(1)));
    return new Comparison(
        rows,
        tally.tokens(),
        tally.lengths(),
        bySource,
        profiles,
        jaccard(tally, candidates.size()),
        Arrays.stream(correlation, 0, candidates.size())
            .map(line -> Arrays.copyOf(line, candidates.size()))
            .toArray(double[][]::new));
  }

  private static double[][] jaccard(Tally tally, int candidates) {
    double[][] overlap = new double[candidates][candidates];
    for (int i = 0; i < candidates; i++) {
      for (int j = 0; j < candidates; j++) {
        long both = tally.both(i, j);
        long either = tally.both(i, i) + tally.both(j, j) - both;
        overlap[i][j] = (double) both / (double) either;
      }
    }
    return overlap;
  }

  /** The largest sources, with their rows and the selected ones of each candidate. */
  private static List<Row> sources(Dataset<Row> ranks, int candidates) {
    List<Column> sums = new ArrayList<>();
    for (int i = 0; i < candidates; i++) {
      sums.add(sum(col(RankColumns.selected(i)).cast(DataTypes.LongType)).as("kept_" + i));
    }
    return ranks
        .groupBy(coalesce(col(RecordColumns.SOURCE), lit("")).as(RecordColumns.SOURCE))
        .agg(count(lit(1)).as("rows"), sums.toArray(new Column[0]))
        .orderBy(desc("rows"), asc(RecordColumns.SOURCE))
        .limit(SOURCES)
        .collectAsList();
  }
}
