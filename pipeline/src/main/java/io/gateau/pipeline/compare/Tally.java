package io.gateau.pipeline.compare;

import io.gateau.math.LengthBucket;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.score.SampleLengths;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** What can be counted of samples and their ranks in one pass. For one thread. */
final class Tally implements Serializable {
  private static final long serialVersionUID = 1;

  private final List<PassTokens> passes;
  private final long[][] both;
  private final long[] ranked;
  private final long[] selectedTokens;
  private final long[] passTokens;
  private final Map<Integer, long[]> lengths = new TreeMap<>();
  private final Map<Integer, Long> tokenCounts = new HashMap<>();

  private Tally(List<PassTokens> passes) {
    int candidates = passes.size();
    this.passes = passes;
    this.both = new long[candidates][candidates];
    this.ranked = new long[candidates];
    this.selectedTokens = new long[candidates];
    this.passTokens = new long[candidates];
  }

  /** Counts samples with the columns of {@link RankColumns}, in one job. */
  static Tally of(Dataset<Row> ranks, List<PassTokens> passes) {
    Places places = Places.of(ranks.schema(), passes.size());
    JavaRDD<Row> rows = ranks.javaRDD();
    return rows.treeAggregate(
        new Tally(passes),
        (tally, row) -> tally.with(row, places),
        (one, other) -> one.with(other));
  }

  private record Places(int context, int response, int sequence, int[] rank, int[] selected)
      implements Serializable {
    static Places of(StructType schema, int candidates) {
      int[] rank = new int[candidates];
      int[] selected = new int[candidates];
      for (int i = 0; i < candidates; i++) {
        rank[i] = schema.fieldIndex(RankColumns.rank(i));
        selected[i] = schema.fieldIndex(RankColumns.selected(i));
      }
      return new Places(
          schema.fieldIndex(SignalColumns.CONTEXT_TOKENS),
          schema.fieldIndex(SignalColumns.RESPONSE_TOKENS),
          schema.fieldIndex(SignalColumns.SEQUENCE_TOKENS),
          rank,
          selected);
    }
  }

  private Tally with(Row row, Places places) {
    int context = row.getInt(places.context());
    int response = row.getInt(places.response());
    int sequence = row.getInt(places.sequence());
    tokenCounts.merge(sequence, 1L, Long::sum);
    // One of the tokens beside context and response is the start token; a few tokenizers have none.
    SampleLengths sample =
        new SampleLengths(1, context, Math.max(0, sequence - context - response - 1), response);
    long[] bucket =
        lengths.computeIfAbsent(LengthBucket.of(sequence), any -> new long[ranked.length + 1]);
    bucket[ranked.length]++;
    for (int i = 0; i < ranked.length; i++) {
      passTokens[i] += passes.get(i).of(sample);
      ranked[i] += row.isNullAt(places.rank()[i]) ? 0 : 1;
      if (row.getBoolean(places.selected()[i])) {
        selectedTokens[i] += sequence;
        bucket[i]++;
        for (int j = 0; j < ranked.length; j++) {
          both[i][j] += row.getBoolean(places.selected()[j]) ? 1 : 0;
        }
      }
    }
    return this;
  }

  private Tally with(Tally other) {
    for (int i = 0; i < ranked.length; i++) {
      add(other.both[i], both[i]);
    }
    add(other.ranked, ranked);
    add(other.selectedTokens, selectedTokens);
    add(other.passTokens, passTokens);
    other.lengths.forEach(
        (bucket, counts) ->
            add(counts, lengths.computeIfAbsent(bucket, any -> new long[counts.length])));
    other.tokenCounts.forEach((tokens, rows) -> tokenCounts.merge(tokens, rows, Long::sum));
    return this;
  }

  private static void add(long[] values, long[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] += values[i];
    }
  }

  /** How many candidates there are. */
  int candidates() {
    return ranked.length;
  }

  /** Rows that both candidates select. */
  long both(int candidate, int other) {
    return both[candidate][other];
  }

  /** Rows that a candidate does not leave out. */
  long ranked(int candidate) {
    return ranked[candidate];
  }

  long selectedTokens(int candidate) {
    return selectedTokens[candidate];
  }

  long passTokens(int candidate) {
    return passTokens[candidate];
  }

  /** Tokens of all rows. */
  long tokens() {
    return tokenCounts.entrySet().stream().mapToLong(e -> e.getKey() * e.getValue()).sum();
  }

  /** Rows of each length in tokens; there are no more lengths than max-tokens. */
  Map<Integer, Long> tokenCounts() {
    return tokenCounts;
  }

  Map<Integer, Long> lengths() {
    return lengths(ranked.length);
  }

  Map<Integer, Long> selectedLengths(int candidate) {
    return lengths(candidate);
  }

  private Map<Integer, Long> lengths(int column) {
    Map<Integer, Long> counts = new TreeMap<>();
    lengths.forEach((bucket, rows) -> counts.put(bucket, rows[column]));
    return counts;
  }
}
