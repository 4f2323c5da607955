package io.gateau.pipeline.redundancy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gateau.pipeline.testing.SparkTestSession;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class BestStayTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final StructType SCHEMA =
      new StructType()
          .add(SketchColumns.WORSE, DataTypes.StringType)
          .add(SketchColumns.WORSE_SCORE, DataTypes.DoubleType)
          .add(SketchColumns.BETTER, DataTypes.StringType)
          .add(SketchColumns.BETTER_SCORE, DataTypes.DoubleType);

  private static String id(int sample) {
    return "s%03d".formatted(sample);
  }

  /** A pair of samples with the scores 1000 - a and 1000 - b: the smaller number is better. */
  private static Row pair(int a, int b) {
    int worse = Math.max(a, b);
    int better = Math.min(a, b);
    return RowFactory.create(id(worse), 1_000.0 - worse, id(better), 1_000.0 - better);
  }

  private static Set<String> gone(List<Row> pairs, long pairsOfOneTask) {
    List<Dataset<Row>> caches = new ArrayList<>();
    try {
      List<String> gone =
          new BestStay(
                  table -> {
                    caches.add(table.persist());
                    return table;
                  },
                  pairsOfOneTask)
              .gone(SPARK.createDataFrame(pairs, SCHEMA)).collectAsList().stream()
                  .map(row -> row.getString(0))
                  .toList();
      assertEquals(gone.size(), Set.copyOf(gone).size(), "each goes once");
      return new TreeSet<>(gone);
    } finally {
      caches.forEach(Dataset::unpersist);
    }
  }

  /*
   *   1 - 2 - 3 - 4 - 5    1 stays, 2 goes, so 3 stays, 4 goes, so 5 stays
   *   6 - 7, 6 - 8, 7 - 9  6 stays, 7 and 8 go, 9 stays
   */
  @Test
  void whatIsSimilarToASampleThatGoesMayStay() {
    List<Row> pairs =
        List.of(pair(1, 2), pair(2, 3), pair(3, 4), pair(4, 5), pair(6, 7), pair(6, 8), pair(7, 9));
    Set<String> expected = new TreeSet<>(Set.of(id(2), id(4), id(7), id(8)));

    assertEquals(expected, gone(pairs, 100), "by one task");
    assertEquals(expected, gone(pairs, 0), "by rounds");
    assertEquals(expected, gone(pairs, 3), "by a round and a task");
  }

  @Test
  void roundsDecideAsGoingDownTheRankingDoes() {
    Random random = new Random(6);
    for (int trial = 0; trial < 3; trial++) {
      Set<List<Integer>> edges = new HashSet<>();
      while (edges.size() < 80) {
        int a = random.nextInt(60);
        int b = random.nextInt(60);
        if (a < b) {
          edges.add(List.of(a, b));
        }
      }
      Set<Integer> gone = new HashSet<>();
      for (int sample = 0; sample < 60; sample++) {
        int worse = sample;
        if (edges.stream().anyMatch(edge -> edge.get(1) == worse && !gone.contains(edge.get(0)))) {
          gone.add(worse);
        }
      }
      Set<String> expected =
          gone.stream().map(BestStayTest::id).collect(Collectors.toCollection(TreeSet::new));
      List<Row> pairs = edges.stream().map(edge -> pair(edge.get(0), edge.get(1))).toList();

      assertEquals(expected, gone(pairs, 0), "by rounds");
      assertEquals(expected, gone(pairs, 1_000), "by one task");
    }
  }

  @Test
  void withoutPairsNothingGoes() {
    assertEquals(Set.of(), gone(List.of(), 0));
  }
}
