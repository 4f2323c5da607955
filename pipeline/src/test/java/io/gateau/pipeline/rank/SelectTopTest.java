package io.gateau.pipeline.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.pipeline.testing.SparkJobs;
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

  private static SelectConfig config(String strategy, Budget budget, SelectConfig.Scope scope) {
    return new SelectConfig(RankConfig.DEFAULT.withStrategy(strategy), budget, scope);
  }

  private static List<Row> taken(Budget budget, SelectConfig.Scope scope, List<Row> rows) {
    return taken(config("gateau", budget, scope), rows);
  }

  /** Sorted by one task and by many, with the same result. */
  private static List<Row> taken(SelectConfig config, List<Row> rows) {
    Dataset<Row> table = SPARK.createDataFrame(rows, SCHEMA).repartition(4);
    List<Row> byOne = new SelectTop(SPARK, config).from(table, 10).collectAsList();
    List<Row> byMany =
        new SelectTop(SPARK, config, 0).from(table, 10).orderBy(ScoreColumns.RANK).collectAsList();
    assertEquals(byOne, byMany);
    return byOne;
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

  /* The longest rows have the best scores. 50 % of two rows of 100 and of two of 1,000 tokens. */
  @Test
  void perLengthTheBestOfEachLengthAreSelected() {
    List<Row> rows =
        List.of(
            RowFactory.create("a", "s", 1_000, 4.0),
            RowFactory.create("b", "s", 600, 3.0),
            RowFactory.create("c", "s", 120, 2.0),
            RowFactory.create("d", "s", 64, 1.0));
    Budget half = new Budget.Percent(50);

    assertEquals(List.of("a", "b"), selectedIds(half, SelectConfig.Scope.ALL, rows));
    assertEquals(List.of("a", "c"), selectedIds(half, SelectConfig.Scope.LENGTH, rows));
  }

  private static List<String> selectedIds(Budget budget, SelectConfig.Scope scope, List<Row> rows) {
    return taken(budget, scope, rows).stream()
        .filter(row -> row.<Boolean>getAs(ScoreColumns.SELECTED))
        .map(row -> row.<String>getAs(SignalColumns.ID))
        .toList();
  }

  /*
   * Of 100 tokens a takes 60. b with 50 does not fit in the 40 that are left, c with 30 does, d with
   * 20 no longer, e with 10 fills them.
   */
  @Test
  void aBudgetOfTokensIsFilledWithSmallerRows() {
    List<Row> rows =
        List.of(
            RowFactory.create("a", "s", 60, 5.0),
            RowFactory.create("b", "s", 50, 4.0),
            RowFactory.create("c", "t", 30, 3.0),
            RowFactory.create("d", "s", 20, 2.0),
            RowFactory.create("e", "t", 10, 1.0));

    assertEquals(List.of("a"), selectedIds(new Budget.Tokens(100), SelectConfig.Scope.ALL, rows));
    assertEquals(
        List.of("a", "c", "e"),
        selectedIds(new Budget.FilledTokens(100), SelectConfig.Scope.ALL, rows));
    assertEquals(
        List.of("b", "c", "d", "e"),
        selectedIds(new Budget.FilledTokens(110), SelectConfig.Scope.ALL, rows.subList(1, 5)));
    assertEquals(
        List.of("a", "c", "d", "e"),
        selectedIds(new Budget.FilledTokens(80), SelectConfig.Scope.SOURCE, rows),
        "60 + 20 of s, 30 + 10 of t");
    Dataset<Row> table = SPARK.createDataFrame(rows, SCHEMA);
    SelectConfig fill = config("gateau", new Budget.FilledTokens(100), SelectConfig.Scope.ALL);
    Dataset<Row> numbered =
        new SelectTop(SPARK, config("gateau", new Budget.Tokens(100), SelectConfig.Scope.ALL))
            .from(table, 5);
    assertEquals(
        new SelectTop(SPARK, fill).from(table, 5).collectAsList(),
        new TokenFill(100, BudgetGroups.of(numbered.schema(), SelectConfig.Scope.ALL), 1)
            .of(numbered)
            .collectAsList(),
        "one candidate at a time gives the same");
  }

  private static List<String> shared(Budget budget, double least, double greatest) {
    SelectConfig config =
        new SelectConfig(
            RankConfig.DEFAULT, budget, SelectConfig.Scope.ALL, new SourceShares(least, greatest));
    return taken(config, rows()).stream()
        .filter(row -> row.<Boolean>getAs(ScoreColumns.SELECTED))
        .map(row -> row.<String>getAs(SignalColumns.ID))
        .toList();
  }

  /*
   * The first rows are 00 (no source), 01 b, 02 a, 03 a, 04 a, 05 b, 06 a, 07 a, 08 a, 09 b, 10 a,
   * 11 a, 12 (none), 13 b.
   *
   * Of 10 rows each source gets 2 first: 00 and 12, 01 and 05, 02 and 03. The other 4 are the best
   * of the rest, 04, 06, 07, 08.
   *
   * With 0.4 at most, a ends after 02, 03, 04, 06, and b gets 09 and 13.
   */
  @Test
  void sourcesGetTheirLeastShareAndNotMoreThanTheirGreatest() {
    Budget ten = new Budget.Count(10);

    assertEquals(
        List.of("00", "01", "02", "03", "04", "05", "06", "07", "08", "12"), shared(ten, 0.2, 1));
    assertEquals(
        List.of("00", "01", "02", "03", "04", "05", "06", "09", "12", "13"), shared(ten, 0.2, 0.4));
    assertEquals(
        shared(ten, 0.2, 0.4), shared(new Budget.Tokens(100), 0.2, 0.4), "rows of ten tokens");
    assertEquals(
        shared(ten, 0.2, 0.4), shared(new Budget.Percent(100.0 / 6), 0.2, 0.4), "10 of 60 rows");
    assertEquals(
        List.of("00", "01", "02", "03", "05", "12"),
        shared(ten, 0, 0.2),
        "three sources of at most 2 rows make 6");
  }

  @Test
  void sharesThatDoNotFitAreRefused() {
    String more =
        assertThrows(InputException.class, () -> shared(new Budget.Count(10), 0.4, 1)).getMessage();
    assertEquals(
        "least-share 0.4 for each of 3 sources is more than the whole; use 0.3333 or less (rows that"
            + " name no source count as one source)",
        more);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new SelectConfig(
                RankConfig.DEFAULT,
                new Budget.Count(10),
                SelectConfig.Scope.SOURCE,
                new SourceShares(0.1, 1)));
    assertThrows(IllegalArgumentException.class, () -> new SourceShares(0.5, 0.4));
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
    List<Row> taken = taken(config("all", new Budget.Count(3), SelectConfig.Scope.ALL), rows());

    assertEquals(
        ROWS, taken.stream().filter(row -> row.<Boolean>getAs(ScoreColumns.SELECTED)).count());
  }

  @Test
  void aRowWithoutAScoreIsLeftOut() {
    List<Row> rows =
        List.of(RowFactory.create("a", null, 10, null), RowFactory.create("b", null, 10, 1.0));

    List<Row> taken = taken(new Budget.Percent(50), SelectConfig.Scope.ALL, rows);

    assertEquals(List.of(RowFactory.create("b", null, 10, 1.0, 1L, true)), taken);
  }

  @Test
  void aSmallDataSetTakesTwoJobsAndNoShuffle() throws Exception {
    Dataset<Row> table = SPARK.createDataFrame(rows(), SCHEMA).coalesce(2);
    for (SelectConfig.Scope scope : SelectConfig.Scope.values()) {
      SelectConfig config = config("gateau", new Budget.Percent(30), scope);
      assertEquals(
          new SparkJobs(2, 2),
          SparkJobs.of(() -> new SelectTop(SPARK, config).from(table, 10).collectAsList()));
    }
  }

  @Test
  void noRowsGiveNoRowsButTheirColumns() {
    Dataset<Row> taken =
        new SelectTop(SPARK, config("gateau", new Budget.Percent(30), SelectConfig.Scope.ALL))
            .from(SPARK.createDataFrame(List.of(), SCHEMA), 0);

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
