package io.gateau.pipeline.redundancy;

import io.gateau.math.text.Bands;
import io.gateau.math.text.MinHash;
import io.gateau.math.text.Shingles;
import java.io.Serial;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Samples with their texts in; without texts, with a fingerprint and the bands of a signature, out.
 * Of two texts that must both be similar, with similarity s, the signatures are put together: they
 * agree where both agree, and their bands are those of similarity s * s.
 */
final class Sketches implements MapPartitionsFunction<Row, Row> {
  @Serial private static final long serialVersionUID = 1;

  /** Columns in front of the texts. */
  private final int kept;

  private final int texts;
  private final Bands bands;

  private Sketches(RedundancyConfig config, int kept) {
    this.kept = kept;
    this.texts = config.dedup().columns().size();
    this.bands = Bands.of(Math.pow(config.similarity(), texts));
  }

  /**
   * Adds {@link SketchColumns#FINGERPRINT} and {@link SketchColumns#BANDS}.
   *
   * @param rows with the texts
   * @param kept their columns that the result has too
   */
  static Dataset<Row> of(Dataset<Row> rows, RedundancyConfig config, List<String> kept) {
    StructType schema = new StructType();
    for (String name : kept) {
      schema = schema.add(rows.schema().apply(name));
    }
    Column[] read =
        Stream.concat(kept.stream(), config.dedup().columns().stream())
            .map(functions::col)
            .toArray(Column[]::new);
    return rows.select(read)
        .mapPartitions(
            new Sketches(config, kept.size()),
            Encoders.row(
                schema
                    .add(SketchColumns.FINGERPRINT, DataTypes.LongType, false)
                    .add(
                        SketchColumns.BANDS,
                        DataTypes.createArrayType(DataTypes.LongType, false),
                        false)));
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        return sketch(rows.next());
      }
    };
  }

  private Row sketch(Row row) {
    Object[] values = new Object[kept + 2];
    for (int i = 0; i < kept; i++) {
      values[i] = row.get(i);
    }
    long[] first = Shingles.of(row.getString(kept));
    long fingerprint = Shingles.fingerprint(first);
    long[] signature = MinHash.signature(first);
    if (texts > 1) {
      long[] second = Shingles.of(row.getString(kept + 1));
      fingerprint = Shingles.fingerprint(fingerprint, Shingles.fingerprint(second));
      signature = MinHash.together(signature, MinHash.signature(second));
    }
    values[kept] = fingerprint;
    values[kept + 1] = bands.keys(signature);
    return RowFactory.create(values);
  }
}
