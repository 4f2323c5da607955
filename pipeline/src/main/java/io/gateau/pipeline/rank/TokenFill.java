package io.gateau.pipeline.rank;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Fills budgets of tokens with rows below the first that does not fit: down the ranking, each row
 * that fits in what is left is selected. The driver holds eight bytes for each row that is added
 * so, and a bounded number of those that may fit.
 */
final class TokenFill {
  /** The driver may get so many rows of each partition at once. */
  private static final int BATCH = 5_000;

  private final long tokens;
  private final BudgetGroups groups;
  private final int batch;

  /**
   * A fill.
   *
   * @param tokens of the budget of each group
   */
  TokenFill(long tokens, BudgetGroups groups) {
    this(tokens, groups, BATCH);
  }

  TokenFill(long tokens, BudgetGroups groups, int batch) {
    this.tokens = tokens;
    this.groups = groups;
    this.batch = batch;
  }

  /** A row that may fit. */
  private record Candidate(long rank, String group, long tokens) implements Serializable {}

  /**
   * Selects more rows.
   *
   * @param numbered rows in the order of their ranks, with rank and selection as their last columns
   */
  Dataset<Row> of(Dataset<Row> numbered) {
    JavaRDD<Row> rows = numbered.javaRDD();
    int rankAt = numbered.schema().fieldIndex(ScoreColumns.RANK);
    int selectedAt = numbered.schema().fieldIndex(ScoreColumns.SELECTED);
    Broadcast<long[]> chosen =
        JavaSparkContext.fromSparkContext(numbered.sparkSession().sparkContext())
            .broadcast(chosen(rows, rankAt, selectedAt));
    return numbered
        .sparkSession()
        .createDataFrame(
            rows.map(
                row ->
                    Arrays.binarySearch(chosen.value(), row.getLong(rankAt)) >= 0
                        ? with(row, selectedAt)
                        : row),
            numbered.schema());
  }

  private static Row with(Row row, int selectedAt) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i == selectedAt ? true : row.get(i);
    }
    return RowFactory.create(values);
  }

  /** Ranks of the rows that are added, ascending. */
  private long[] chosen(JavaRDD<Row> rows, int rankAt, int selectedAt) {
    Map<String, Long> used = used(rows, selectedAt);
    LongStream.Builder chosen = LongStream.builder();
    BudgetGroups named = groups;
    long amount = tokens;
    long after = 0;
    List<Candidate> candidates;
    do {
      Map<String, Long> before = new HashMap<>(used);
      long from = after;
      candidates =
          rows.filter(row -> row.getLong(rankAt) > from && !row.getBoolean(selectedAt))
              .map(
                  row ->
                      new Candidate(row.getLong(rankAt), named.of(row), named.size(row).tokens()))
              .filter(row -> row.tokens() <= amount - before.getOrDefault(row.group(), 0L))
              .take(batch);
      for (Candidate row : candidates) {
        if (row.tokens() <= amount - used.getOrDefault(row.group(), 0L)) {
          used.merge(row.group(), row.tokens(), Long::sum);
          chosen.add(row.rank());
        }
        after = row.rank();
      }
    } while (candidates.size() == batch);
    return chosen.build().toArray();
  }

  /** Group to the tokens of its selected rows. */
  private Map<String, Long> used(JavaRDD<Row> rows, int selectedAt) {
    BudgetGroups named = groups;
    List<Map<String, Long>> parts =
        rows.mapPartitions(
                partition -> {
                  Map<String, Long> used = new HashMap<>();
                  while (partition.hasNext()) {
                    Row row = partition.next();
                    if (row.getBoolean(selectedAt)) {
                      used.merge(named.of(row), named.size(row).tokens(), Long::sum);
                    }
                  }
                  return List.of(used).iterator();
                })
            .collect();
    Map<String, Long> used = new HashMap<>();
    parts.forEach(part -> part.forEach((group, size) -> used.merge(group, size, Long::sum)));
    return used;
  }
}
