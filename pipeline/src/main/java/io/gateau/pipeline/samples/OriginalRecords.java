package io.gateau.pipeline.samples;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.not;

import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.file.InputFiles;
import io.gateau.pipeline.read.file.InputFormat;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.read.table.TableInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The way back from narrow rows to the records that they were made of.
 *
 * <p>Of plain JSON only the bytes of the wanted records are read, in tasks that share large files.
 * A compressed file is one task, which stops at the last wanted record. Of Parquet the files with
 * wanted rows are read, and the wanted rows are turned into JSON. Tables are read whole, in the
 * version that was scored where the format has versions; of their rows the wanted ones are kept.
 */
public final class OriginalRecords {
  /** With more tasks the last ones end sooner; with fewer a file is opened by fewer. */
  private static final int TASKS_PER_CORE = 4;

  /** Records that start in the same so many bytes of a file are fetched by one task. */
  private static final long BLOCK = 16 << 20;

  private final SparkSession spark;
  private final ReadConfig config;

  /** Columns of {@link RecordColumns} that are added. */
  private final List<String> added;

  private OriginalRecords(SparkSession spark, ReadConfig config, List<String> added) {
    this.spark = spark;
    this.config = config;
    this.added = added;
  }

  /**
   * The rows with their record in a last column {@link RecordColumns#ORIGINAL}, in no particular
   * order; an original that is there already is replaced. The result fails with an {@link
   * InputException} that names file and line where a record has other texts than the row's content
   * key says.
   *
   * <p>Records are read whenever the result is used. A sort by Spark uses it twice, once to sample:
   * to read once, divide the rows by rank with {@code repartitionById} and sort inside.
   *
   * @param rows good samples with the columns file, line, record, offset, bytes and content_key;
   *     other columns are kept. They are read twice where the input has Parquet, three times where
   *     it has a table
   * @param config how the records were read, and where their files are
   * @throws InputException if an input does not exist or holds no file of a known extension
   */
  public static Dataset<Row> fetch(SparkSession spark, Dataset<Row> rows, ReadConfig config) {
    return new OriginalRecords(spark, config, List.of(RecordColumns.ORIGINAL)).fetch(rows);
  }

  /**
   * The rows with the three texts of their sample, as {@link #fetch} has them with their record.
   *
   * @param rows as {@link #fetch} takes them
   * @param config how the records were read, and where their files are
   * @throws InputException if an input does not exist or holds no file of a known extension
   */
  public static Dataset<Row> fetchTexts(SparkSession spark, Dataset<Row> rows, ReadConfig config) {
    return new OriginalRecords(spark, config, RecordColumns.TEXTS).fetch(rows);
  }

  private Dataset<Row> fetch(Dataset<Row> given) {
    Dataset<Row> rows = given.drop(added.toArray(new String[0]));
    Map<Boolean, List<InputFile>> files =
        InputFiles.find(config.files(), hadoop()).stream()
            .collect(Collectors.partitioningBy(file -> file.format() == InputFormat.PARQUET));
    List<InputFile> json = files.getOrDefault(false, List.of());
    List<InputFile> parquet = files.getOrDefault(true, List.of());
    List<TableInput> tables = TableInput.of(spark, config);
    Column isTable = col(RecordColumns.FILE).startsWith(ReadConfig.TABLE);
    Column isParquet =
        not(isTable).and(lower(col(RecordColumns.FILE)).endsWith(InputFormat.PARQUET_EXTENSION));
    List<Part> parts = new ArrayList<>();
    if (!json.isEmpty()) {
      parts.add(new Part(not(isTable).and(not(isParquet)), part -> fetchJson(part, json)));
    }
    if (!parquet.isEmpty()) {
      FetchParquet fetch = new FetchParquet(spark, config, added);
      parts.add(new Part(isParquet, part -> fetch.fetch(part, parquet)));
    }
    if (!tables.isEmpty()) {
      FetchTable fetch = new FetchTable(spark, config, added);
      parts.add(new Part(isTable, part -> fetch.fetch(part, tables)));
    }
    return parts.size() == 1
        ? parts.get(0).fetch().apply(rows)
        : parts.stream()
            .map(part -> part.fetch().apply(rows.where(part.condition())))
            .reduce(Dataset::union)
            .orElseThrow();
  }

  /** One kind of inputs: which rows are of it, and what puts their records behind them. */
  private record Part(Column condition, UnaryOperator<Dataset<Row>> fetch) {}

  private Dataset<Row> fetchJson(Dataset<Row> rows, List<InputFile> files) {
    StructType schema = rows.schema();
    for (String column : added) {
      schema = schema.add(column, DataTypes.StringType, /* nullable= */ false);
    }
    return rows.repartition(
            TASKS_PER_CORE * spark.sparkContext().defaultParallelism(),
            col(RecordColumns.FILE),
            coalesce(floor(col(RecordColumns.OFFSET).divide(BLOCK)), lit(0L)))
        .sortWithinPartitions(RecordColumns.FILE, RecordColumns.RECORD)
        .mapPartitions(new FetchJson(files, config, added, hadoop()), Encoders.row(schema));
  }

  private Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }
}
