package io.gateau.pipeline.diversity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.rank.Budget;
import io.gateau.pipeline.rank.ScoreColumns;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.SelectTop;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.pipeline.testing.SparkTestSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Three kinds of samples, far apart in a space of two dimensions, worked by hand.
 *
 * <pre>
 *       state      score
 *   a   0, 0       0.9       the best of its kind
 *   b   0.1, 0     0.8
 *   c   0, 0.1     0.7
 *   d   9, 0       0.2       the best of its kind, with the lower id
 *   e   9.1, 0     0.2
 *   f   0, 9       0.1       alone
 *   g   0, 9.1     none      not ranked
 *
 *   order: a d f, then b c e
 * </pre>
 */
class ClusterLeadersTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final StructType SCORED =
      new StructType()
          .add(SignalColumns.CONTENT_KEY, DataTypes.StringType)
          .add(SignalColumns.ID, DataTypes.StringType)
          .add(SignalColumns.SEQUENCE_TOKENS, DataTypes.IntegerType)
          .add(ScoreColumns.SCORE, DataTypes.DoubleType);
  private static final StructType STATES =
      new StructType()
          .add(SignalColumns.ID, DataTypes.StringType)
          .add(ClusterLeaders.STATE, DataTypes.createArrayType(DataTypes.FloatType));

  private static final List<Dataset<Row>> CACHES = new ArrayList<>();

  @AfterEach
  void freesWhatWasKept() {
    CACHES.forEach(Dataset::unpersist);
    CACHES.clear();
  }

  private record Sample(String id, Double score, float... state) {}

  private static final List<Sample> TABLE =
      List.of(
          new Sample("a", 0.9, 0, 0),
          new Sample("b", 0.8, 0.1f, 0),
          new Sample("c", 0.7, 0, 0.1f),
          new Sample("d", 0.2, 9, 0),
          new Sample("e", 0.2, 9.1f, 0),
          new Sample("f", 0.1, 0, 9),
          new Sample("g", null, 0, 9.1f));

  private static Dataset<Row> marked(List<Sample> samples, DiversityConfig config, int partitions) {
    List<Row> scored = new ArrayList<>();
    List<Row> states = new ArrayList<>();
    for (Sample sample : samples) {
      scored.add(RowFactory.create("key-" + sample.id(), sample.id(), 10, sample.score()));
      states.add(RowFactory.create(sample.id(), boxed(sample.state())));
    }
    return new ClusterLeaders(
            config,
            table -> {
              CACHES.add(table.cache());
              return table;
            })
        .mark(
            SPARK.createDataFrame(scored, SCORED).repartition(partitions),
            SPARK.createDataFrame(states, STATES).repartition(partitions + 1));
  }

  private static List<Float> boxed(float[] state) {
    return IntStream.range(0, state.length).mapToObj(i -> state[i]).toList();
  }

  private static List<String> ids(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(row -> row.<String>getAs(SignalColumns.ID)).toList();
  }

  @Test
  void theBestOfEachClusterGoFirstAndTheOthersFollowByScore() {
    for (int partitions : new int[] {1, 4}) {
      Dataset<Row> marked = marked(TABLE, new DiversityConfig(3, 1), partitions);
      SelectConfig four =
          new SelectConfig(
              SelectConfig.DEFAULT.rank(), new Budget.Count(4), SelectConfig.Scope.ALL);
      Dataset<Row> ranked = new SelectTop(SPARK, four).from(marked, 6);

      assertEquals(List.of("a", "d", "f", "b", "c", "e"), ids(ranked));
      assertEquals(List.of("a", "d", "f", "b"), ids(ranked.filter(ScoreColumns.SELECTED)));
      assertEquals(7, marked.count(), "a row that is not ranked stays");
    }
  }

  @Test
  void leadersDoNotDependOnPartitions() {
    Random random = new Random(5);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      samples.add(
          new Sample(
              "s" + i,
              random.nextInt(50) / 50.0,
              (float) random.nextGaussian(),
              (float) random.nextGaussian(),
              (float) random.nextGaussian()));
    }
    DiversityConfig auto = new DiversityConfig(DiversityConfig.AUTO, 0);
    List<String> leaders = leaders(samples, auto, 1);

    // The square root of 200 is 14.1; a cluster may end without samples.
    assertTrue(leaders.size() > 10 && leaders.size() <= 14, leaders.toString());
    assertEquals(leaders, leaders(samples, auto, 3));
    assertEquals(leaders, leaders(samples, auto, 8));
  }

  private static List<String> leaders(List<Sample> samples, DiversityConfig config, int parts) {
    return ids(
        marked(samples, config, parts).filter(ScoreColumns.LEADER).orderBy(SignalColumns.ID));
  }

  @Test
  void noRankedSamplesHaveNoLeaders() {
    assertEquals(
        List.of(), leaders(List.of(new Sample("g", null, 1, 2)), new DiversityConfig(2, 0), 1));
  }

  @Test
  void clustersAreAutoOrANumber() {
    assertEquals(DiversityConfig.AUTO, DiversityConfig.clustersOf("auto"));
    assertEquals(7, DiversityConfig.clustersOf("7"));
    assertEquals(
        "clusters is 1; use 2 or more, or auto for the square root of half the samples",
        assertThrows(IllegalArgumentException.class, () -> DiversityConfig.clustersOf("1"))
            .getMessage());
    assertEquals(
        "clusters few is not known; use auto or a whole number",
        assertThrows(IllegalArgumentException.class, () -> DiversityConfig.clustersOf("few"))
            .getMessage());
  }
}
