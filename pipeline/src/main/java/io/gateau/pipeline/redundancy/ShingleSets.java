package io.gateau.pipeline.redundancy;

import static org.apache.spark.sql.functions.col;

import io.gateau.math.text.Shingles;
import io.gateau.pipeline.read.record.RecordColumns;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Exact similarities of pairs of samples. The sets are shuffled, 8 bytes per shingle. */
final class ShingleSets {
  private static final String ID_OF_BETTER = "id_of_better";
  private static final String OF_BETTER = "shingles_of_better";

  private final RedundancyConfig config;

  ShingleSets(RedundancyConfig config) {
    this.config = config;
  }

  /**
   * The id of each sample and the shingles of its texts.
   *
   * @param rows with the texts
   */
  Dataset<Row> of(Dataset<Row> rows) {
    int texts = config.dedup().columns().size();
    MapFunction<Row, Row> shingles =
        row ->
            RowFactory.create(
                row.getString(0),
                IntStream.rangeClosed(1, texts)
                    .mapToObj(text -> bytes(Shingles.of(row.getString(text))))
                    .toArray(byte[][]::new));
    Column[] read =
        Stream.concat(Stream.of(RecordColumns.ID), config.dedup().columns().stream())
            .map(functions::col)
            .toArray(Column[]::new);
    return rows.select(read)
        .map(
            shingles,
            Encoders.row(
                new StructType()
                    .add(RecordColumns.ID, DataTypes.StringType, false)
                    .add(
                        SketchColumns.SHINGLES,
                        DataTypes.createArrayType(DataTypes.BinaryType, false),
                        false)));
  }

  /**
   * The pairs whose texts are all similar enough, with {@link SketchColumns#SIMILARITIES}.
   *
   * @param pairs of {@link BandPairs}
   * @param sets of {@link #of}, with every sample of a pair
   */
  Dataset<Row> similar(Dataset<Row> pairs, Dataset<Row> sets) {
    Dataset<Row> joined =
        pairs
            .join(sets, col(SketchColumns.WORSE).equalTo(col(RecordColumns.ID)))
            .drop(RecordColumns.ID)
            .join(
                sets.select(
                    col(RecordColumns.ID).as(ID_OF_BETTER),
                    col(SketchColumns.SHINGLES).as(OF_BETTER)),
                col(SketchColumns.BETTER).equalTo(col(ID_OF_BETTER)))
            .drop(ID_OF_BETTER);
    int columns = pairs.columns().length;
    double least = config.similarity();
    FlatMapFunction<Row, Row> similar =
        row -> {
          double[] similarities = similarities(row.getList(columns), row.getList(columns + 1));
          if (Arrays.stream(similarities).anyMatch(similarity -> similarity < least)) {
            return Collections.emptyIterator();
          }
          Object[] values = new Object[columns + 1];
          for (int i = 0; i < columns; i++) {
            values[i] = row.get(i);
          }
          values[columns] = similarities;
          return List.of(RowFactory.create(values)).iterator();
        };
    return joined.flatMap(
        similar,
        Encoders.row(
            pairs
                .schema()
                .add(
                    SketchColumns.SIMILARITIES,
                    DataTypes.createArrayType(DataTypes.DoubleType, false),
                    false)));
  }

  private static double[] similarities(List<byte[]> ofWorse, List<byte[]> ofBetter) {
    return IntStream.range(0, ofWorse.size())
        .mapToDouble(i -> Shingles.similarity(longs(ofWorse.get(i)), longs(ofBetter.get(i))))
        .toArray();
  }

  private static byte[] bytes(long[] numbers) {
    ByteBuffer buffer = ByteBuffer.allocate(numbers.length * Long.BYTES);
    buffer.asLongBuffer().put(numbers);
    return buffer.array();
  }

  private static long[] longs(byte[] bytes) {
    long[] numbers = new long[bytes.length / Long.BYTES];
    ByteBuffer.wrap(bytes).asLongBuffer().get(numbers);
    return numbers;
  }
}
