package io.gateau.pipeline.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.pipeline.testing.SparkTestSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Sixty ranked rows of ten tokens: forty of source a, fifteen of b, five without one. */
class SelectTopTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final int ROWS = 60;
  private static final StructType SCHEMA =
      new StructType()
          .add(SignalColumns.ID, DataTypes.StringType, false)
          .add(SignalColumns.SOURCE, DataTypes.StringType, true)
          .add(SignalColumns.SEQUENCE_TOKENS, DataTypes.IntegerType, false)
          .add(ScoreColumns.SCORE, DataTypes.DoubleType);

  private static String source(int i) {
    return i % 12 == 0 ? null : i % 4 == 1 ? "b" : "a";
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(RowFactory.create("%02d".formatted(i), source(i), 10, (double) -i));
    }
    return rows;
  }

  private static SelectConfig config(Strategy strategy, Budget budget, SelectConfig.Scope scope) {
    SelectConfig usual = SelectConfig.DEFAULT;
    return new SelectConfig(
        strategy,
        usual.alpha(),
        usual.importance(),
        usual.difficulty(),
        usual.normalisation(),
        usual.winsorise(),
        budget,
        scope,
        usual.seed());
  }

  private static List<Row> taken(Budget budget, SelectConfig.Scope scope, List<Row> rows) {
    return taken(config(Strategy.GATEAU, budget, scope), rows);
  }

  private static List<Row> taken(SelectConfig config, List<Row> rows) {
    Dataset<Row> table = SPARK.createDataFrame(rows, SCHEMA).repartition(4);
    return new SelectTop(SPARK, config)
        .from(RankSamples.ordered(table))
        .orderBy(ScoreColumns.RANK)
        .collectAsList();
  }

  /** How many are selected of the whole set; those must be the first. */
  private static long selected(Budget budget) {
    List<Row> taken = taken(budget, SelectConfig.Scope.ALL, rows());
    long selected = taken.stream().filter(row -> row.<Boolean>getAs(ScoreColumns.SELECTED)).count();
    for (int i = 0; i < ROWS; i++) {
      assertEquals(i + 1L, taken.get(i).<Long>getAs(ScoreColumns.RANK));
      assertEquals("%02d".formatted(i), taken.get(i).getAs(SignalColumns.ID));
      assertEquals(i < selected, taken.get(i).<Boolean>getAs(ScoreColumns.SELECTED), "row " + i);
    }
    return selected;
  }

  private static Map<String, Long> selectedPerSource(Budget budget) {
    Map<String, Long> counts = new TreeMap<>();
    for (Row row : taken(budget, SelectConfig.Scope.SOURCE, rows())) {
      if (row.<Boolean>getAs(ScoreColumns.SELECTED)) {
        String source = Optional.<String>ofNullable(row.getAs(SignalColumns.SOURCE)).orElse("none");
        counts.merge(source, 1L, Long::sum);
      }
    }
    return counts;
  }

  @Test
  void aPercentageIsRoundedToTheNearestRow() {
    assertEquals(0, selected(new Budget.Percent(0)));
    assertEquals(0, selected(new Budget.Percent(0.8)));
    assertEquals(2, selected(new Budget.Percent(2.5)));
    assertEquals(18, selected(new Budget.Percent(30)));
    assertEquals(60, selected(new Budget.Percent(100)));
  }

  @Test
  void aCountAboveTheRowsTakesThemAll() {
    assertEquals(0, selected(new Budget.Count(0)));
    assertEquals(59, selected(new Budget.Count(59)));
    assertEquals(60, selected(new Budget.Count(1_000)));
  }

  @Test
  void aBudgetEndsBeforeTheFirstRowThatPassesIt() {
    assertEquals(0, selected(new Budget.Tokens(9)));
    assertEquals(1, selected(new Budget.Tokens(10)));
    assertEquals(1, selected(new Budget.Tokens(19)));
    assertEquals(60, selected(new Budget.Tokens(600)));
  }

  @Test
  void aRowThatDoesNotFitEndsTheSelectionThoughALaterOneWould() {
    List<Row> rows =
        List.of(
            RowFactory.create("a", null, 10, 3.0),
            RowFactory.create("b", null, 100, 2.0),
            RowFactory.create("c", null, 5, 1.0));

    assertEquals(
        List.of(true, false, false),
        taken(new Budget.Tokens(20), SelectConfig.Scope.ALL, rows).stream()
            .map(row -> row.<Boolean>getAs(ScoreColumns.SELECTED))
            .toList());
  }

  @Test
  void perSourceEachSourceHasItsOwnBudgetAndSoHaveRowsWithoutOne() {
    // 10 % of 40, of 15 (rounded up) and of 5 (likewise).
    assertEquals(Map.of("a", 4L, "b", 2L, "none", 1L), selectedPerSource(new Budget.Percent(10)));
    assertEquals(Map.of("a", 7L, "b", 7L, "none", 5L), selectedPerSource(new Budget.Count(7)));
    assertEquals(Map.of("a", 6L, "b", 6L, "none", 5L), selectedPerSource(new Budget.Tokens(69)));
  }

  @Test
  void anEmptySourceIsASourceOfItsOwn() {
    List<Row> rows =
        List.of(RowFactory.create("a", null, 10, 2.0), RowFactory.create("b", "", 10, 1.0));

    assertEquals(
        List.of(true, true),
        taken(new Budget.Count(1), SelectConfig.Scope.SOURCE, rows).stream()
            .map(row -> row.<Boolean>getAs(ScoreColumns.SELECTED))
            .toList());
  }

  @Test
  void everythingIsSelectedByTheStrategyAll() {
    List<Row> taken =
        taken(config(Strategy.ALL, new Budget.Count(3), SelectConfig.Scope.ALL), rows());

    assertEquals(
        ROWS, taken.stream().filter(row -> row.<Boolean>getAs(ScoreColumns.SELECTED)).count());
  }

  @Test
  void noRowsGiveNoRowsButTheirColumns() {
    Dataset<Row> taken =
        new SelectTop(
                SPARK, config(Strategy.GATEAU, new Budget.Percent(30), SelectConfig.Scope.ALL))
            .from(RankSamples.ordered(SPARK.createDataFrame(List.of(), SCHEMA)));

    assertEquals(List.of(), taken.collectAsList());
    assertEquals(
        List.of("id", "source", "sequence_tokens", "score", "rank", "selected"),
        List.of(taken.columns()));
  }

  @Test
  void aBudgetOutOfRangeIsAnError() {
    assertEquals(
        "percent 100.5 is outside [0, 100]; 10, 30 and 50 are what the paper reports",
        assertThrows(IllegalArgumentException.class, () -> new Budget.Percent(100.5)).getMessage());
    assertEquals(
        "count -1 is negative",
        assertThrows(IllegalArgumentException.class, () -> new Budget.Count(-1)).getMessage());
    assertEquals(
        "tokens -1 is negative",
        assertThrows(IllegalArgumentException.class, () -> new Budget.Tokens(-1)).getMessage());
  }
}
