package io.gateau.pipeline.rank;

import static org.apache.spark.sql.functions.col;

import io.gateau.pipeline.rank.strategy.SignalInput;
import io.gateau.pipeline.rank.strategy.Strategy;
import io.gateau.pipeline.signals.SignalColumns;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Which columns a data set needs to be ranked, and which it gains. */
final class RankSchema {
  private static final String STRUCT = "gateau_terms";

  private RankSchema() {}

  static boolean has(StructType schema, String column) {
    return Arrays.asList(schema.fieldNames()).contains(column);
  }

  /** A column whose name may hold dots. */
  static Column quoted(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }

  /** Whether the data set was given to {@link RawTerms} already. */
  static boolean hasRawTerms(StructType schema, Strategy strategy) {
    return has(schema, ScoreColumns.EXCLUSION)
        && strategy.rawTerms().stream().allMatch(term -> has(schema, term));
  }

  /**
   * Checks the columns that {@link RawTerms} reads.
   *
   * @throws IllegalArgumentException if one is missing or has another type
   */
  static void requireInputs(StructType schema, Strategy strategy) {
    requireType(schema, SignalColumns.ID, DataTypes.StringType, strategy);
    for (SignalInput input : strategy.inputs()) {
      DataType type =
          switch (input.type()) {
            case DOUBLE -> DataTypes.DoubleType;
            case DOUBLES -> DataTypes.createArrayType(DataTypes.DoubleType);
            case FLOATS -> DataTypes.createArrayType(DataTypes.FloatType);
          };
      requireType(schema, input.column(), type, strategy);
    }
  }

  private static void requireType(
      StructType schema, String column, DataType type, Strategy strategy) {
    if (!has(schema, column)) {
      throw new IllegalArgumentException(
          "the strategy %s needs the column %s, and the data set has %s; run gateau score --for %s"
              .formatted(
                  strategy.code(),
                  column,
                  String.join(", ", schema.fieldNames()),
                  strategy.code()));
    }
    DataType found = schema.apply(column).dataType();
    if (!sameType(found, type)) {
      throw new IllegalArgumentException(
          "the column %s is %s; the strategy %s needs %s"
              .formatted(column, found.simpleString(), strategy.code(), type.simpleString()));
    }
  }

  /** Whether elements may be null does not count. */
  private static boolean sameType(DataType found, DataType needed) {
    if (found instanceof ArrayType some && needed instanceof ArrayType other) {
      return some.elementType().equals(other.elementType());
    }
    return found.equals(needed);
  }

  /** Some columns as one. */
  static Column struct(List<String> columns) {
    return functions.struct(columns.stream().map(RankSchema::quoted).toArray(Column[]::new));
  }

  /** Rows with the fields of a struct as columns behind their own; fields win over equal names. */
  static Dataset<Row> withFields(Dataset<Row> rows, Column struct, List<String> fields) {
    return rows.withColumn(STRUCT, struct)
        .select(
            Stream.concat(
                    Arrays.stream(rows.columns())
                        .filter(column -> !fields.contains(column))
                        .map(RankSchema::quoted),
                    fields.stream().map(field -> col(STRUCT).getField(field).as(field)))
                .toArray(Column[]::new));
  }

  /** The columns that {@link RawTerms} adds. */
  static StructType rawTerms(Strategy strategy) {
    return numbers(strategy.rawTerms())
        .add(ScoreColumns.EXCLUSION, DataTypes.StringType, true)
        .add(ScoreColumns.EXCLUSION_DETAIL, DataTypes.StringType, true);
  }

  /** The columns that {@link SampleRankerModel} adds to raw terms. */
  static StructType terms(Strategy strategy) {
    return numbers(strategy.terms()).add(ScoreColumns.SCORE, DataTypes.DoubleType, true);
  }

  /** The schema of a data set that was ranked. */
  static StructType ranked(StructType schema, Strategy strategy) {
    if (hasRawTerms(schema, strategy)) {
      return with(schema, terms(strategy));
    }
    requireInputs(schema, strategy);
    return with(with(schema, rawTerms(strategy)), terms(strategy));
  }

  private static StructType with(StructType schema, StructType added) {
    StructType all = new StructType();
    for (StructField field : schema.fields()) {
      all = has(added, field.name()) ? all : all.add(field);
    }
    for (StructField field : added.fields()) {
      all = all.add(field);
    }
    return all;
  }

  private static StructType numbers(List<String> columns) {
    StructType schema = new StructType();
    for (String column : columns) {
      schema = schema.add(column, DataTypes.DoubleType, true);
    }
    return schema;
  }
}
