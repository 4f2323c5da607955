package io.gateau.pipeline.contamination;

import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.samples.OriginalRecords;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Finds the samples that share a run of words with an evaluation set, in their context, instruction
 * or response, each taken alone. Case, punctuation and spaces do not count: {@link
 * io.gateau.math.text.Words}. A text of an evaluation set with fewer words is never found.
 *
 * <p>Runs are compared by a hash of 64 bits: of s words in all samples and n runs in all sets,
 * about s * n / 2^64 match by chance, 0.003 for 50 billion words and a million runs.
 */
public final class ContaminatedSamples {
  /** The words in a detail are cut to so many characters. */
  private static final int SHOWN = 100;

  /** What {@link OriginalRecords} needs of a sample. */
  private static final List<String> NARROW =
      List.of(
          RecordColumns.ID,
          RecordColumns.FILE,
          RecordColumns.LINE,
          RecordColumns.RECORD,
          RecordColumns.OFFSET,
          RecordColumns.BYTES,
          RecordColumns.CONTENT_KEY);

  private static final List<String> READ =
      Stream.concat(Stream.of(RecordColumns.ID), RecordColumns.TEXTS.stream()).toList();

  private static final StructType SCHEMA =
      new StructType()
          .add(RecordColumns.ID, DataTypes.StringType, false)
          .add(RecordColumns.DETAIL, DataTypes.StringType, false);

  private ContaminatedSamples() {}

  /**
   * The contaminated samples, each once, with {@link RecordColumns#ID} and {@link
   * RecordColumns#DETAIL}, which names the words and the file. The evaluation sets are read at
   * once, the texts of the samples when the result is used.
   *
   * @param good samples with the columns that {@link OriginalRecords#fetch} takes
   * @param records how the input was read, and where it is
   * @throws io.gateau.pipeline.read.file.InputException if an evaluation set cannot be read
   */
  public static Dataset<Row> find(
      Dataset<Row> good, ReadConfig records, ContaminationConfig config) {
    SparkSession spark = good.sparkSession();
    Broadcast<EvaluationNgrams> ngrams =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .broadcast(new EvaluationTexts(spark, config).read());
    FlatMapFunction<Row, Row> find = row -> found(row, ngrams.value(), config.words());
    return spark.createDataFrame(
        OriginalRecords.fetchTexts(spark, good.select(columns(NARROW)), records)
            .select(columns(READ))
            .javaRDD()
            .flatMap(find),
        SCHEMA);
  }

  private static Column[] columns(List<String> names) {
    return names.stream().map(functions::col).toArray(Column[]::new);
  }

  private static Iterator<Row> found(Row row, EvaluationNgrams ngrams, int words) {
    for (int i = 1; i < READ.size(); i++) {
      Optional<EvaluationNgrams.Match> match = ngrams.find(row.getString(i));
      if (match.isPresent()) {
        String detail =
            "shares %d words with %s in its %s: %s"
                .formatted(words, match.get().file(), READ.get(i), shown(match.get().words()));
        return List.of(RowFactory.create(row.getString(0), detail)).iterator();
      }
    }
    return Collections.emptyIterator();
  }

  /** On one line, without control characters, and cut between characters. */
  static String shown(String words) {
    String line = words.replaceAll("[\\p{C}\\s]+", " ");
    int end = line.offsetByCodePoints(0, Math.min(SHOWN, line.codePointCount(0, line.length())));
    return end < line.length() ? line.substring(0, end) + "..." : line;
  }
}
