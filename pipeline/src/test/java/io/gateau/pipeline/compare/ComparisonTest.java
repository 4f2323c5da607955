package io.gateau.pipeline.compare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gateau.pipeline.compare.Comparison.Profile;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.pipeline.testing.SparkTestSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/**
 * Two rankings of four samples, worked by hand.
 *
 * <pre>
 *       source  tokens  rank 0  selected  rank 1  selected
 *   a   x       100     1       yes       2       yes
 *   b   x       300     2       yes       1       yes
 *   c   y       200     3                 3       yes
 *   d           600     4                 left out
 *
 *   both 2, either 3: Jaccard 2/3
 *   ranks 1 2 3 4 and 2 1 3 4 (d alone takes the last place): differences 1 1 0 0, Spearman
 *   1 - 6 * 2 / (4 * 15) = 0.8
 *   places of the lengths 1 3 2 4: with rank 0 differences 0 1 1 0: 0.8, and the best rank is the
 *   lowest: -0.8; with rank 1 differences 1 2 1 0: 1 - 6 * 6 / 60 = 0.4, -0.4
 * </pre>
 */
class ComparisonTest {
  private static final SelectConfig SELECT =
      SelectConfig.DEFAULT.withRank(RankConfig.DEFAULT.withStrategy("random"));
  private static final List<Candidate> CANDIDATES =
      List.of(new Candidate("first", SELECT), new Candidate("second", SELECT));

  private static Dataset<Row> ranks(List<Row> rows, int partitions) {
    StructType schema =
        new StructType()
            .add(RecordColumns.ID, DataTypes.StringType)
            .add(RecordColumns.SOURCE, DataTypes.StringType)
            .add(SignalColumns.CONTEXT_TOKENS, DataTypes.IntegerType)
            .add(SignalColumns.RESPONSE_TOKENS, DataTypes.IntegerType)
            .add(SignalColumns.SEQUENCE_TOKENS, DataTypes.IntegerType)
            .add(RankColumns.rank(0), DataTypes.LongType)
            .add(RankColumns.selected(0), DataTypes.BooleanType)
            .add(RankColumns.rank(1), DataTypes.LongType)
            .add(RankColumns.selected(1), DataTypes.BooleanType);
    return SparkTestSession.spark().createDataFrame(rows, schema).repartition(partitions);
  }

  private static Row row(
      String id, String source, int tokens, Long first, boolean in, Long second, boolean also) {
    return RowFactory.create(id, source, tokens - 20, 5, tokens, first, in, second, also);
  }

  private static final List<Row> TABLE =
      List.of(
          row("a", "x", 100, 1L, true, 2L, true),
          row("b", "x", 300, 2L, true, 1L, true),
          row("c", "y", 200, 3L, false, 3L, true),
          row("d", null, 600, 4L, false, null, false));

  private static Comparison compare(int partitions) {
    return Comparison.of(
        ranks(TABLE, partitions), 4, CANDIDATES, new SignalConfig(Map.of(), Map.of()));
  }

  @Test
  void overlapAndCorrelationAreThoseWorkedByHandWhateverThePartitions() {
    for (int partitions : new int[] {1, 3}) {
      Comparison comparison = compare(partitions);
      assertMatrix(new double[][] {{1, 2 / 3.0}, {2 / 3.0, 1}}, comparison.jaccard());
      assertMatrix(new double[][] {{1, 0.8}, {0.8, 1}}, comparison.rankCorrelation());
      assertEquals(-0.8, comparison.profiles().get(0).lengthCorrelation(), 1e-12);
      assertEquals(-0.4, comparison.profiles().get(1).lengthCorrelation(), 1e-12);
    }
  }

  @Test
  void eachSelectionIsCountedByLengthAndSource() {
    Comparison comparison = compare(2);
    Profile first = comparison.profiles().get(0);
    Profile second = comparison.profiles().get(1);

    assertEquals(4, comparison.rows());
    assertEquals(1_200, comparison.tokens());
    // 64 to 127, 128 to 255, 256 to 511, 512 to 1,023.
    assertEquals(Map.of(6, 1L, 7, 1L, 8, 1L, 9, 1L), comparison.lengths());
    assertEquals(Map.of(6, 1L, 7, 0L, 8, 1L, 9, 0L), first.lengths());
    assertEquals(Map.of(6, 1L, 7, 1L, 8, 1L, 9, 0L), second.lengths());
    assertEquals(List.of("x", "", "y"), new ArrayList<>(comparison.sources().keySet()));
    assertEquals(Map.of("x", 2L, "y", 1L, "", 1L), comparison.sources());
    assertEquals(Map.of("x", 2L, "y", 0L, "", 0L), first.sources());
    assertEquals(2, first.selected());
    assertEquals(400, first.selectedTokens());
    assertEquals(600, second.selectedTokens());
    assertEquals(0, first.leftOut());
    assertEquals(1, second.leftOut());
    assertEquals(List.of(), first.passes());
    assertEquals(0, first.passTokens());
  }

  @Test
  void oneRowHasNoCorrelation() {
    Comparison one =
        Comparison.of(
            ranks(TABLE.subList(0, 1), 1), 1, CANDIDATES, new SignalConfig(Map.of(), Map.of()));

    assertMatrix(new double[][] {{1, 1}, {1, 1}}, one.jaccard());
    assertMatrix(
        new double[][] {{Double.NaN, Double.NaN}, {Double.NaN, Double.NaN}}, one.rankCorrelation());
  }

  private static void assertMatrix(double[][] expected, double[][] actual) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], actual[i], 1e-12, "line " + i);
    }
  }
}
