package io.gateau.pipeline.read.parquet;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.forall;
import static org.apache.spark.sql.functions.is_valid_utf8;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map_values;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Checks that every text of a Parquet row is UTF-8: Parquet does not, and on the way to JSON bad
 * bytes would silently become replacement characters.
 */
final class ParquetText {

  private ParquetText() {}

  /** True if all texts of a row of this schema are valid; nulls are. */
  static Column isUtf8(StructType schema) {
    Column all = lit(true);
    for (StructField field : schema.fields()) {
      all = all.and(isUtf8(col("`" + field.name().replace("`", "``") + "`"), field.dataType()));
    }
    return all;
  }

  private static Column isUtf8(Column value, DataType type) {
    if (type instanceof StringType) {
      return coalesce(is_valid_utf8(value), lit(true));
    }
    if (type instanceof ArrayType array && holdsText(array.elementType())) {
      return coalesce(forall(value, v -> isUtf8(v, array.elementType())), lit(true));
    }
    if (type instanceof MapType map && holdsText(map.valueType())) {
      return coalesce(forall(map_values(value), v -> isUtf8(v, map.valueType())), lit(true));
    }
    if (type instanceof StructType struct) {
      Column all = lit(true);
      for (StructField field : struct.fields()) {
        all = all.and(isUtf8(value.getField(field.name()), field.dataType()));
      }
      return all;
    }
    return lit(true);
  }

  private static boolean holdsText(DataType type) {
    return type instanceof StringType
        || type instanceof StructType
        || type instanceof ArrayType
        || type instanceof MapType;
  }
}
