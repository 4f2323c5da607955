package io.gateau.pipeline.rank;

import static io.gateau.pipeline.testing.SignalRows.SCHEMA;
import static io.gateau.pipeline.testing.SignalRows.doubles;
import static io.gateau.pipeline.testing.SignalRows.row;
import static org.apache.spark.sql.functions.asc;
import static org.apache.spark.sql.functions.desc;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.math.ContextualAwareness.Importance;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.RankConfig.Difficulty;
import io.gateau.pipeline.rank.strategy.RankConfig.Normalisation;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.pipeline.testing.SparkTestSession;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Scores over a made-up data set, worked by hand.
 *
 * <pre>
 *       short  long   mm short  mm long  HMP    mm HMP   AS         IS        CAS        mm CAS
 *   a     1      3      0         1      -1     0        1, 0       3, 4      3 / 5      0
 *   b     3      1      1         0       1     1        3, 4       3, 4      1          1
 *   c     2      2      0.5       0.5     0     0.5      0, 1       3, 4      4 / 5      0.5
 * </pre>
 */
class SampleRankerTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final List<Row> TABLE =
      List.of(
          row("a", 1, 3, doubles(1, 0), doubles(3, 4)),
          row("b", 3, 1, doubles(3, 4), doubles(3, 4)),
          row("c", 2, 2, doubles(0, 1), doubles(3, 4)));

  private static RankConfig config(String strategy, double alpha) {
    return config(strategy, alpha, Importance.PERPLEXITY, Normalisation.MIN_MAX, 0, 0);
  }

  private static RankConfig config(
      String strategy,
      double alpha,
      Importance importance,
      Normalisation normalisation,
      double winsorise,
      long seed) {
    return config(
        strategy, alpha, importance, Difficulty.PERPLEXITY, normalisation, winsorise, seed);
  }

  private static RankConfig config(
      String strategy,
      double alpha,
      Importance importance,
      Difficulty difficulty,
      Normalisation normalisation,
      double winsorise,
      long seed) {
    return new RankConfig(
        strategy, alpha, importance, difficulty, normalisation, winsorise, 1, seed);
  }

  /** Scored rows in their order. */
  private static List<Row> ranked(RankConfig config, List<Row> rows, int partitions) {
    Dataset<Row> table = SPARK.createDataFrame(rows, SCHEMA).repartition(partitions);
    return SampleRanker.of(config)
        .fit(table)
        .transform(table)
        .orderBy(desc(ScoreColumns.SCORE), asc(SignalColumns.ID))
        .collectAsList();
  }

  private static Map<String, Double> column(String column, RankConfig config, List<Row> rows) {
    Map<String, Double> values = new TreeMap<>();
    ranked(config, rows, 2).forEach(row -> values.put(row.getString(0), row.getAs(column)));
    return values;
  }

  private static void assertScores(RankConfig config, double a, double b, double c) {
    assertColumn(ScoreColumns.SCORE, config, a, b, c);
  }

  private static void assertColumn(String column, RankConfig config, double a, double b, double c) {
    Map<String, Double> values = column(column, config, TABLE);
    assertEquals(a, values.get("a"), 1e-12, column + " of a");
    assertEquals(b, values.get("b"), 1e-12, column + " of b");
    assertEquals(c, values.get("c"), 1e-12, column + " of c");
  }

  @Test
  void gateauWeighsBothTermsWithAlpha() {
    assertScores(config("gateau", 0.8), 0, 1, 0.5);
    assertScores(config("gateau", 0), 0, 1, 0.5);
    assertScores(config("gateau", 1), 0, 1, 0.5);
  }

  @Test
  void alphaMovesTheScoreBetweenTheTerms() {
    // d: hard for A and easy for B, but its attention sits where the help is; e the other way.
    List<Row> rows =
        List.of(
            row("d", 9, 1, doubles(1, 0), doubles(1, 9)),
            row("e", 1, 9, doubles(0, 1), doubles(1, 9)));

    assertEquals(Map.of("d", 1.0, "e", 0.0), column(ScoreColumns.SCORE, config("gateau", 1), rows));
    assertEquals(Map.of("d", 0.0, "e", 1.0), column(ScoreColumns.SCORE, config("gateau", 0), rows));
    Map<String, Double> mixed = column(ScoreColumns.SCORE, config("gateau", 0.8), rows);
    assertEquals(0.8, mixed.get("d"), 1e-12);
    assertEquals(0.2, mixed.get("e"), 1e-12);
  }

  @Test
  void theOtherStrategiesRankByOneSignal() {
    assertScores(config("hmg", 0.8), -1, 1, 0);
    assertScores(config("cam", 0.8), 0.6, 1, 0.8);
    assertScores(config("perplexity", 0.8), 3, 1, 2);
    assertScores(config("all", 0.8), 0, 0, 0);
  }

  @Test
  void inverseImportanceComparesWithTheHelp() {
    // 1 / IS is (1/3, 1/4), as (4, 3) to the cosine: 4/5, 24/25 and 3/5.
    assertColumn(
        "cas",
        config("cam", 0.8, Importance.INVERSE, Normalisation.MIN_MAX, 0, 0),
        1 - 0.8,
        1 - 0.96,
        1 - 0.6);
  }

  @Test
  void thePublishedScriptsTakeTheSoftmaxOfGuidanceAndAwarenessAsItIs() {
    double sum = Math.exp(-1) + Math.exp(1) + Math.exp(0);

    assertScores(
        config("gateau", 0.8, Importance.PERPLEXITY, Normalisation.GATEAU_SCRIPTS, 0, 0),
        0.8 * Math.exp(-1) / sum + 0.2 * 0.6,
        0.8 * Math.exp(1) / sum + 0.2,
        0.8 / sum + 0.2 * 0.8);
  }

  private static RankConfig form(Difficulty difficulty, Normalisation normalisation) {
    return config("gateau", 0.8, Importance.PERPLEXITY, difficulty, normalisation, 0, 0);
  }

  @Test
  void standardScoresReplaceMinMaxInBothPlaces() {
    // Short 1, 3, 2: mean 2, deviation r = sqrt(2/3); z -1/r, 1/r, 0. Long the other way round.
    double r = Math.sqrt(2 / 3.0);
    RankConfig form = form(Difficulty.PERPLEXITY, Normalisation.Z_SCORE);
    assertColumn("hmp", form, -2 / r, 2 / r, 0);
    // Of HMP and of CAS, both evenly spaced: -1/r, 1/r, 0 each.
    assertScores(form, -1 / r, 1 / r, 0);
  }

  @Test
  void sharesOfRankReplaceMinMaxInBothPlaces() {
    List<Row> rows =
        List.of(
            row("a", 1, 900, doubles(1, 0), doubles(3, 4)),
            row("b", 1e6, 1, doubles(3, 4), doubles(3, 4)),
            row("c", 2, 2, doubles(0, 1), doubles(3, 4)),
            row("d", 2, 3, doubles(0, 1), doubles(3, 4)));
    RankConfig form = form(Difficulty.PERPLEXITY, Normalisation.RANK);

    // Shares of rank, short: 0, 1, 1/2, 1/2; long: 1, 0, 1/3, 2/3.
    Map<String, Double> hmp = column("hmp", form, rows);
    Map<String, Double> score = column(ScoreColumns.SCORE, form, rows);
    assertEquals(-1, hmp.get("a"), 1e-12);
    assertEquals(1, hmp.get("b"), 1e-12);
    assertEquals(1 / 6.0, hmp.get("c"), 1e-12);
    assertEquals(-1 / 6.0, hmp.get("d"), 1e-12);
    // Of HMP: 0, 1, 2/3, 1/3; of CAS 0.6, 1, 0.8, 0.8: 0, 1, 1/2, 1/2.
    assertEquals(0, score.get("a"), 1e-12);
    assertEquals(1, score.get("b"), 1e-12);
    assertEquals(0.8 * 2 / 3 + 0.2 / 2, score.get("c"), 1e-12);
    assertEquals(0.8 / 3 + 0.2 / 2, score.get("d"), 1e-12);
  }

  @Test
  void logarithmsOfPerplexitiesAreMeanNegativeLogLikelihoods() {
    List<Row> rows =
        List.of(
            row("a", Math.exp(0), Math.exp(4), doubles(1, 1), doubles(1, 1)),
            row("b", Math.exp(4), Math.exp(0), doubles(1, 1), doubles(1, 1)),
            row("c", Math.exp(1), Math.exp(3), doubles(1, 1), doubles(1, 1)));

    Map<String, Double> hmp = column("hmp", form(Difficulty.NLL, Normalisation.MIN_MAX), rows);

    assertEquals(-1, hmp.get("a"), 1e-12);
    assertEquals(1, hmp.get("b"), 1e-12);
    assertEquals(0.25 - 0.75, hmp.get("c"), 1e-12);
  }

  @ParameterizedTest
  @EnumSource(Normalisation.class)
  void noScoreDependsOnHowTheRowsArePartitioned(Normalisation normalisation) {
    Random random = new Random(6);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      // Some values twice, and an outlier.
      double shortPpl = i % 7 == 0 ? 5 : i == 30 ? 1e9 : 1 + 20 * random.nextDouble();
      rows.add(
          row(
              "%03d".formatted(i),
              shortPpl,
              1 + 3 * random.nextDouble(),
              random.doubles(3).toArray(),
              random.doubles(3, 1, 9).toArray()));
    }
    List<Row> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, random);
    RankConfig form = form(Difficulty.NLL, normalisation);
    List<Double> once = scores(ranked(form, rows, 1));

    assertEquals(once, scores(ranked(form, shuffled, 5)));
    assertEquals(once, once.stream().sorted(Comparator.reverseOrder()).toList(), "in order");
  }

  private static List<Double> scores(List<Row> rows) {
    return rows.stream().map(row -> row.<Double>getAs(ScoreColumns.SCORE)).toList();
  }

  @ParameterizedTest
  @EnumSource(Normalisation.class)
  void equalSignalsGiveEqualScores(Normalisation normalisation) {
    List<Row> rows = new ArrayList<>();
    IntStream.range(0, 5).forEach(i -> rows.add(row("id" + i, 5, 5, doubles(1, 2), doubles(3, 4))));

    List<Double> scores = scores(ranked(form(Difficulty.NLL, normalisation), rows, 2));

    assertEquals(1, scores.stream().distinct().count(), scores.toString());
    assertTrue(Double.isFinite(scores.get(0)), scores.toString());
  }

  /** Short perplexities 0, 1 ... 99 and 1e6; long ones all equal. */
  private static List<Row> withOutlier() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i <= 100; i++) {
      rows.add(row("%03d".formatted(i), i == 100 ? 1e6 : i, 7, doubles(1, 1), doubles(1, 1)));
    }
    return rows;
  }

  @Test
  void anOutlierFlattensGuidanceUnlessItIsWinsorised() {
    RankConfig plain = config("hmg", 0.8);
    RankConfig clipped = config("hmg", 0.8, Importance.PERPLEXITY, Normalisation.MIN_MAX, 0.02, 0);

    Map<String, Double> flat = column("hmp", plain, withOutlier());
    Map<String, Double> robust = column("hmp", clipped, withOutlier());

    // Long perplexities are all equal: their place is 0.5.
    assertEquals(50 / 1e6 - 0.5, flat.get("050"), 1e-12);
    assertEquals(0.5, flat.get("100"), 1e-12);
    // Of 101 values the quantile 0.02 is the third and 0.98 the third from the end.
    assertEquals((50 - 2) / 96.0 - 0.5, robust.get("050"), 1e-12);
    assertEquals(0.5, robust.get("099"), 1e-12);
    assertEquals(0.5, robust.get("100"), 1e-12);
    assertEquals(-0.5, robust.get("001"), 1e-12);
  }

  @Test
  void equalRowsAllScoreOneHalfAndStandInTheOrderOfTheirIds() {
    List<Row> rows = new ArrayList<>();
    for (String id : List.of("b", "é", "a", "B", "10", "9")) {
      rows.add(row(id, 5, 5, doubles(1, 2), doubles(3, 4)));
    }

    List<Row> ranked = ranked(config("gateau", 0.8), rows, 3);

    assertEquals(
        List.of("10", "9", "B", "a", "b", "é"),
        ranked.stream().map(row -> row.getString(0)).toList());
    for (Row row : ranked) {
      assertEquals(0.0, row.<Double>getAs("hmp"));
      assertEquals(0.5, row.<Double>getAs(ScoreColumns.SCORE), 1e-15);
    }
  }

  @Test
  void aRandomOrderFollowsFromIdAndSeedAlone() {
    List<Row> rows = new ArrayList<>();
    IntStream.range(0, 40)
        .forEach(i -> rows.add(row("id" + i, 1, 1, doubles(1, 1), doubles(1, 1))));
    List<Row> one = ranked(random(1), rows, 1);
    List<Row> fewer = ranked(random(1), rows.subList(10, 40), 5);

    List<String> kept = ids(one);
    kept.removeAll(rows.subList(0, 10).stream().map(row -> row.getString(0)).toList());
    assertEquals(kept, ids(fewer));
    assertNotEquals(ids(one), ids(ranked(random(2), rows, 1)));
    for (Row row : one) {
      double score = row.<Double>getAs(ScoreColumns.SCORE);
      assertTrue(score >= 0 && score < 1, "score " + score);
    }
  }

  private static RankConfig random(long seed) {
    return config("random", 0.8, Importance.PERPLEXITY, Normalisation.MIN_MAX, 0, seed);
  }

  private static List<String> ids(List<Row> rows) {
    return new ArrayList<>(rows.stream().map(row -> row.getString(0)).toList());
  }

  @Test
  void aRowThatCannotBeRankedHasNoScoreButAReason() {
    List<Row> rows =
        List.of(
            row("apart", 1, 1, doubles(1), doubles(1, 2)),
            row("fine", 1, 1, doubles(1, 1), doubles(1, 2)),
            row("infinite", 1, 1, doubles(1, 1), doubles(1, Double.POSITIVE_INFINITY)),
            row("nan", 1, 1, doubles(1, Double.NaN), doubles(1, 2)),
            RowFactory.create("none", "ok", null, null, null, null),
            RowFactory.create("unscored", null, null, null, null, null),
            RowFactory.create("short", "too-short", null, null, null, null),
            row("unheard", 1, 1, doubles(0, 0), doubles(1, 2)));

    Map<String, String> reasons = new TreeMap<>();
    for (Row row : ranked(config("cam", 0.8), rows, 2)) {
      String exclusion = row.getAs(ScoreColumns.EXCLUSION);
      reasons.put(row.getString(0), exclusion + ": " + row.getAs(ScoreColumns.EXCLUSION_DETAIL));
      assertEquals(exclusion == null, row.getAs(ScoreColumns.SCORE) != null, row.toString());
      assertEquals(exclusion == null, row.getAs("cas") != null, row.toString());
    }

    assertEquals(
        Map.of(
            "apart",
                "excluded: attention of 1 and perplexity of 2 segments; both need the same two or"
                    + " more",
            "fine", "null: null",
            "infinite", "non-finite: cas is NaN",
            "nan", "non-finite: cas is NaN",
            "none", "not-scored: long_segment_loss has no value",
            "unscored", "not-scored: null",
            "short", "too-short: null",
            "unheard", "non-finite: cas is NaN"),
        reasons);
  }

  @Test
  void aContextThatMergingMakesOneSegmentIsLeftOut() {
    List<Row> rows =
        List.of(
            row("two", 1, 1, doubles(1, 1), doubles(1, 2)),
            row("three", 1, 1, doubles(1, 1, 1), doubles(1, 2, 1)));
    Map<String, String> details = new TreeMap<>();

    for (Row row : ranked(config("gateau", 0.8).withMergeSegments(2), rows, 2)) {
      details.put(
          row.getString(0),
          "%s: %s"
              .formatted(
                  row.getAs(ScoreColumns.EXCLUSION), row.getAs(ScoreColumns.EXCLUSION_DETAIL)));
    }

    assertEquals(
        Map.of(
            "two",
            "excluded: the context has 2 segments, which merge-segments 2 makes one; contextual"
                + " awareness needs two",
            "three",
            "null: null"),
        details);
  }

  @Test
  void rowsThatAreLeftOutMoveNoScale() {
    List<Row> rows = new ArrayList<>(TABLE);
    rows.add(row("d", 1e9, 1e9, doubles(0, 0), doubles(3, 4)));
    rows.add(RowFactory.create("e", "too-long", 99.0, 99.0, doubles(1, 2), doubles(3, 4)));

    Map<String, Double> scores = column(ScoreColumns.SCORE, config("gateau", 0.8), rows);

    assertEquals(1, scores.get("b"), 1e-12);
    assertEquals(0.5, scores.get("c"), 1e-12);
    assertNull(scores.get("d"));
    assertNull(scores.get("e"));
  }

  @Test
  void anyoneComputesTheScoreAgainFromTheRow() {
    for (Row row : ranked(config("gateau", 0.7), TABLE, 2)) {
      double hmp = row.<Double>getAs("normalised_short") - row.<Double>getAs("normalised_long");
      assertEquals(hmp, row.<Double>getAs("hmp"), 0);
      assertEquals(
          0.7 * row.<Double>getAs("normalised_hmp")
              + (1 - 0.7) * row.<Double>getAs("normalised_cas"),
          row.<Double>getAs(ScoreColumns.SCORE),
          0);
    }
  }

  @Test
  void noRowsGiveNoScoresButTheirColumns() {
    Dataset<Row> none = SPARK.createDataFrame(List.of(), SCHEMA);
    SampleRankerModel model = SampleRanker.of(config("gateau", 0.8)).fit(none);
    Dataset<Row> scored = model.transform(none);

    assertEquals(Map.of(), model.scales().byTerm());
    assertEquals(List.of(), scored.collectAsList());
    for (String column :
        List.of("short_ppl", "long_ppl", "hmp", "cas", "normalised_cas", "score")) {
      assertEquals(DataTypes.DoubleType, scored.schema().apply(column).dataType(), column);
    }
  }
}
