package io.gateau.pipeline.redundancy;

import static org.apache.spark.sql.functions.col;

import io.gateau.pipeline.rank.ScoreColumns;
import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.samples.SampleTable;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestSample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Samples with scores, in a file, and what is found in them. */
final class ScoredTexts {
  private static final SparkSession SPARK = SparkTestSession.spark();

  private final List<TestSample> samples = new ArrayList<>();
  private final Map<String, Double> scores = new HashMap<>();

  ScoredTexts add(double score, String id, String context, String instruction) {
    samples.add(new TestSample(id, Optional.empty(), context, instruction, "answer"));
    scores.put(id, score);
    return this;
  }

  /** A text of so many words of a vocabulary of 5,000. */
  static String[] words(Random random, int count) {
    return random.ints(count, 0, 5_000).mapToObj(word -> "w" + word).toArray(String[]::new);
  }

  /** A copy in which every n-th word is another one, from a place that is drawn. */
  static String edited(Random random, String[] words, int everyNth) {
    String[] copy = words.clone();
    for (int i = random.nextInt(everyNth); i < copy.length; i += everyNth) {
      copy[i] = "edit" + random.nextInt(1_000_000);
    }
    return String.join(" ", copy);
  }

  /** The ids of what is found, with their details. */
  Map<String, String> find(Path folder, RedundancyConfig config, int partitions)
      throws IOException {
    ReadConfig records =
        ReadConfig.of(TestSample.writeSamples(folder.resolve("texts.jsonl"), samples));
    Dataset<Row> narrow =
        SampleTable.of(SampleReader.read(SPARK, records))
            .filter(col(RecordColumns.REASON).isNull());
    Map<String, Double> byId = Map.copyOf(scores);
    MapFunction<Row, Row> score =
        row -> RowFactory.create(row.getString(0), byId.get(row.getString(0)));
    Dataset<Row> scored =
        narrow
            .select(RecordColumns.ID)
            .map(
                score,
                Encoders.row(
                    new StructType()
                        .add("scored_id", DataTypes.StringType)
                        .add(ScoreColumns.SCORE, DataTypes.DoubleType)))
            .join(narrow, col("scored_id").equalTo(col(RecordColumns.ID)))
            .drop("scored_id")
            .repartition(partitions);
    List<Dataset<Row>> caches = new ArrayList<>();
    try {
      Map<String, String> found = new TreeMap<>();
      for (Row row :
          new NearDuplicates(
                  config,
                  records,
                  table -> {
                    caches.add(table.persist());
                    return table;
                  })
              .find(scored)
              .collectAsList()) {
        String id = row.getAs(RecordColumns.ID);
        if (found.put(id, row.getAs(RecordColumns.DETAIL)) != null) {
          throw new AssertionError(id + " was found twice");
        }
      }
      return found;
    } finally {
      caches.forEach(Dataset::unpersist);
    }
  }
}
