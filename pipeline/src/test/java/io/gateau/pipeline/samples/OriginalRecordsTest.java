package io.gateau.pipeline.samples;

import static io.gateau.pipeline.testing.ReadRows.column;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.spark_partition_id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.testing.ReadRows;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which records come back to which rows; FetchCostTest says what that reads. */
class OriginalRecordsTest {
  private static final SparkSession SPARK = SparkTestSession.spark();

  @TempDir Path folder;
  private String input;

  @BeforeEach
  void nameTheInput() {
    input = folder.resolve("in").toString();
  }

  private Dataset<Row> good() {
    return SampleTable.of(SampleReader.read(SPARK, ReadConfig.of(input)))
        .where(col(RecordColumns.REASON).isNull());
  }

  private List<Row> fetch(Dataset<Row> rows) {
    return ReadRows.inOrder(OriginalRecords.fetch(SPARK, rows, ReadConfig.of(input)));
  }

  /** The samples of these ids in every format: lines, arrays, archives and Parquet. */
  private void writeEveryFormat(List<String> ids) throws IOException {
    List<String> formats =
        List.of(".jsonl", "-array.json", "-crlf.ndjson", ".jsonl.gz", "-array.json.zst");
    for (int f = 0; f < formats.size(); f++) {
      String format = formats.get(f);
      List<String> records = ids.stream().map(id -> TestFiles.good(id + format)).toList();
      boolean array = format.contains("array");
      String text =
          array
              ? "\uFEFF [ " + String.join(" ,\n ", records) + "]\n"
              : "\uFEFF" + String.join(format.contains("crlf") ? "\r\n\n" : "\n", records);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      TestFiles.write(
          Path.of(input),
          "a" + format,
          format.endsWith("gz")
              ? TestFiles.gzip(bytes)
              : format.endsWith("zst") ? TestFiles.zstd(bytes) : bytes);
    }
    writeParquet(ids.stream().map(id -> TestFiles.good(id + ".parquet")).toList(), "b/1.parquet");
    writeParquet(
        ids.stream()
            .map(id -> "{\"extra\": 1.5, " + TestFiles.good(id + "-2").substring(1))
            .toList(),
        "b/2 two.parquet");
  }

  private void writeParquet(List<String> records, String name) throws IOException {
    Path directory = folder.resolve("spark-" + name.hashCode());
    SPARK
        .read()
        .json(SPARK.createDataset(records, Encoders.STRING()))
        .coalesce(1)
        .write()
        .mode("overwrite")
        .parquet(directory.toString());
    try (Stream<Path> files = Files.list(directory)) {
      Path part = files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Path file = Path.of(input).resolve(name);
      Files.createDirectories(file.getParent());
      Files.move(part, file);
    }
  }

  @Test
  void rowsGetTheirRecordAndKeepTheirColumns() throws IOException {
    TestFiles.write(
        Path.of(input), "a.jsonl", TestFiles.good("x") + "\n" + TestFiles.good("y") + "\n");
    Dataset<Row> rows =
        good()
            .where(col(RecordColumns.ID).equalTo("y"))
            .withColumn("more", array(lit(1.5), lit(2.5)));

    Dataset<Row> fetched = OriginalRecords.fetch(SPARK, rows, ReadConfig.of(input));

    List<String> columns = new ArrayList<>(List.of(rows.columns()));
    columns.remove(RecordColumns.ORIGINAL);
    columns.add(RecordColumns.ORIGINAL);
    assertEquals(columns, List.of(fetched.columns()));
    Row row = fetched.collectAsList().get(0);
    assertEquals(TestFiles.good("y"), row.getAs(RecordColumns.ORIGINAL));
    assertEquals(List.of(1.5, 2.5), row.getList(row.fieldIndex("more")));
    assertEquals(2L, row.<Long>getAs(RecordColumns.LINE));
    assertEquals(1, fetched.count());
  }

  @Test
  void everyFormatGivesTheRecordsThatWereRead() throws IOException {
    List<String> ids = IntStream.range(0, 20).mapToObj(i -> "\u20ac" + i).toList();
    writeEveryFormat(ids);
    List<Row> expected = ReadRows.read(input);

    List<Row> fetched = fetch(good());

    assertEquals(7 * ids.size(), fetched.size());
    assertEquals(column(expected, RecordColumns.ORIGINAL), column(fetched, RecordColumns.ORIGINAL));
    assertEquals(column(expected, RecordColumns.ID), column(fetched, RecordColumns.ID));
  }

  @Test
  void anyRandomChoiceOfRowsGetsItsOwnRecords() throws IOException {
    writeEveryFormat(IntStream.range(0, 30).mapToObj(i -> "\u00e9" + i).toList());
    List<Row> all = ReadRows.read(input);
    Dataset<Row> good = good().cache();
    try {
      for (long seed = 0; seed < 4; seed++) {
        Random random = new Random(seed);
        List<Row> chosen = new ArrayList<>(all);
        Collections.shuffle(chosen, random);
        List<String> ids = column(chosen.subList(0, random.nextInt(all.size())), RecordColumns.ID);

        List<Row> fetched = fetch(good.where(col(RecordColumns.ID).isin(ids.toArray())));

        List<Row> expected =
            all.stream().filter(row -> ids.contains(row.<String>getAs(RecordColumns.ID))).toList();
        assertEquals(
            column(expected, RecordColumns.ORIGINAL),
            column(fetched, RecordColumns.ORIGINAL),
            "seed " + seed);
      }
    } finally {
      good.unpersist();
    }
  }

  @Test
  void aLargeFileIsSharedByTasks() throws IOException {
    String blank = " ".repeat(17 << 20) + "\n";
    TestFiles.write(
        Path.of(input),
        "a.jsonl",
        TestFiles.good("x")
            + "\n"
            + blank
            + TestFiles.good("y")
            + "\n"
            + blank
            + TestFiles.good("z"));

    List<Row> fetched =
        ReadRows.inOrder(
            OriginalRecords.fetch(SPARK, good(), ReadConfig.of(input))
                .withColumn("task", spark_partition_id()));

    assertEquals(
        List.of(TestFiles.good("x"), TestFiles.good("y"), TestFiles.good("z")),
        column(fetched, RecordColumns.ORIGINAL));
    assertTrue(
        fetched.stream().map(row -> row.<Integer>getAs("task")).distinct().count() > 1,
        "all records of a file of 34 MiB were fetched by one task");
  }

  @Test
  void noRowsGiveNoRecords() throws IOException {
    writeEveryFormat(List.of("x"));

    assertEquals(List.of(), fetch(good().where(lit(false))));
  }
}
