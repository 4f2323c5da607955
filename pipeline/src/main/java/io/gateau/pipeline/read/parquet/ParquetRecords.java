package io.gateau.pipeline.read.parquet;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.udf;

import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import java.io.Serial;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * Reads Parquet with Spark's reader, each row turned into JSON and parsed like any other record.
 *
 * <p>Files of one schema are one read; a null stays in the JSON, so that the original has all its
 * columns.
 */
public final class ParquetRecords {

  private final SparkSession spark;
  private final ReadConfig config;

  /** A reader of this session. */
  public ParquetRecords(SparkSession spark, ReadConfig config) {
    this.spark = spark;
    this.config = config;
  }

  /** One dataset of {@link RecordColumns#SCHEMA} per schema found in the files. */
  public List<Dataset<Row>> read(List<InputFile> files) {
    return read(files, Optional.empty());
  }

  /** The same of the rows that the filter keeps; no other row is turned into JSON. */
  public List<Dataset<Row>> read(List<InputFile> files, RowFilter filter) {
    return read(files, Optional.of(filter));
  }

  private List<Dataset<Row>> read(List<InputFile> files, Optional<RowFilter> filter) {
    Map<String, List<InputFile>> bySchema = new TreeMap<>();
    ParquetFooters.schemas(spark, files)
        .forEach(
            (file, schema) -> bySchema.computeIfAbsent(schema, s -> new ArrayList<>()).add(file));
    return bySchema.values().stream().map(alike -> readAlike(alike, filter)).toList();
  }

  private Dataset<Row> readAlike(List<InputFile> files, Optional<RowFilter> filter) {
    String[] paths =
        files.stream().map(file -> literal(file.hadoopPath().toString())).toArray(String[]::new);
    Dataset<Row> rows =
        spark
            .read()
            .option("recursiveFileLookup", "true")
            .option("ignoreCorruptFiles", "false")
            .option("ignoreMissingFiles", "false")
            .parquet(paths);
    refuseBytes(rows, files.get(0));
    Column path = rows.metadataColumn("_metadata").getField("file_path");
    Column index = rows.metadataColumn("_metadata").getField("row_index");
    return filter
        .map(keeps -> rows.where(udf(new KeptRow(keeps), DataTypes.BooleanType).apply(path, index)))
        .orElse(rows)
        .select(
            path.as("file"),
            index.as("index"),
            ParquetText.isUtf8(rows.schema()).as("utf8"),
            to_json(struct(col("*")), Map.of("ignoreNullFields", "false")).as("json"))
        .withColumn("bytes", octet_length(col("json")))
        .map(new ParquetRow(files, rows.schema(), config), Encoders.row(RecordColumns.SCHEMA));
  }

  /** Spark's path and index of a row as they stand in the columns of a record. */
  private static final class KeptRow implements UDF2<String, Long, Boolean> {
    @Serial private static final long serialVersionUID = 1;

    private final RowFilter filter;

    KeptRow(RowFilter filter) {
      this.filter = filter;
    }

    @Override
    public Boolean call(String path, Long index) {
      return filter.keeps(InputFile.display(URI.create(path)), index + 1);
    }
  }

  /** Takes the meaning from the characters of a glob: Spark reads every path as one. */
  private static String literal(String path) {
    return path.replaceAll("([\\\\*?\\[\\]{}])", "\\\\$1");
  }

  private static void refuseBytes(Dataset<Row> rows, InputFile file) {
    for (StructField field : rows.schema().fields()) {
      if (ParquetTypes.TEXT.contains(field.name()) && field.dataType() instanceof BinaryType) {
        throw new InputException(
            "the column %s of %s holds bytes, not text; if an old writer left the text mark out, set spark.sql.parquet.binaryAsString=true"
                .formatted(field.name(), file.path()));
      }
    }
  }
}
