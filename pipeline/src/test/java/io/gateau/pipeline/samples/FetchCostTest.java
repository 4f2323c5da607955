package io.gateau.pipeline.samples;

import static io.gateau.pipeline.testing.ReadRows.column;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.testing.CountingFileSystem;
import io.gateau.pipeline.testing.ReadRows;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is opened, read and turned into JSON for three rows of two hundred. */
class FetchCostTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final List<String> WANTED = List.of("r3", "r50", "r51");

  @TempDir Path folder;
  @TempDir Path spark;

  @BeforeAll
  static void register() {
    CountingFileSystem.register(SPARK);
  }

  /** Two hundred records of three kilobytes that does not compress well. */
  private static List<String> records() {
    return IntStream.range(0, 200)
        .mapToObj(
            i ->
                TestFiles.good("r" + i)
                    .replace(
                        "doc",
                        new Random(i)
                            .ints(3_000, 'a', 'z' + 1)
                            .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)))
        .toList();
  }

  private static byte[] lines() {
    return String.join("\n", records()).getBytes(StandardCharsets.UTF_8);
  }

  /** A glob, for Hadoop's local files cannot be listed by folder under another scheme. */
  private ReadConfig config() {
    return ReadConfig.of("counting:" + folder + "/*");
  }

  /** The narrow rows of some ids, with nothing left of how they were read. */
  private Dataset<Row> rows(List<String> ids) {
    Dataset<Row> rows =
        SPARK.createDataFrame(
            SampleTable.of(SampleReader.read(SPARK, config()))
                .where(col(RecordColumns.ID).isin(ids.toArray()))
                .collectAsList(),
            SampleColumns.SCHEMA);
    CountingFileSystem.reset();
    return rows;
  }

  private List<Row> fetch(Dataset<Row> rows) {
    return ReadRows.inOrder(OriginalRecords.fetch(SPARK, rows, config()));
  }

  @Test
  void ofPlainLinesTheWantedRecordsAreReadAndNoOthers() throws IOException {
    TestFiles.write(folder, "a.jsonl", lines());
    TestFiles.write(folder, "b.jsonl", "[1]");
    Dataset<Row> rows = rows(WANTED);

    List<Row> fetched = fetch(rows);

    assertEquals(WANTED, column(fetched, RecordColumns.ID));
    assertEquals(List.of("a.jsonl"), CountingFileSystem.opened());
    long wanted = fetched.stream().mapToLong(row -> row.<Long>getAs(RecordColumns.BYTES)).sum();
    // Each record brings the rest of a buffer of 4 kB along, or of two.
    long read = CountingFileSystem.bytesRead();
    assertTrue(read >= wanted && read <= wanted + 3 * 2 * 4_096, read + " for " + wanted);
  }

  @Test
  void ofAnArchiveNothingIsReadBehindTheLastWantedRecord() throws IOException {
    byte[] lines = lines();
    TestFiles.write(folder, "a.jsonl.gz", TestFiles.gzip(lines));
    Dataset<Row> rows = rows(WANTED);

    assertEquals(WANTED, column(fetch(rows), RecordColumns.ID));

    assertEquals(List.of("a.jsonl.gz"), CountingFileSystem.opened());
    long size = Files.size(folder.resolve("a.jsonl.gz"));
    long read = CountingFileSystem.bytesRead();
    assertTrue(read > 0 && 2 * read < size, read + " of " + size + " bytes");
  }

  @Test
  void ofParquetFilesWithoutWantedRowsAreNotOpened() throws IOException {
    writeParquet("a.parquet", records());
    writeParquet("b.parquet", List.of(TestFiles.good("other")));
    Dataset<Row> rows = rows(WANTED);

    assertEquals(WANTED, column(fetch(rows), RecordColumns.ID));

    assertEquals(List.of("a.parquet"), CountingFileSystem.opened().stream().distinct().toList());
  }

  @Test
  void ofParquetRowGroupsWithoutWantedRowsAreNotRead() throws IOException {
    SPARK.sparkContext().hadoopConfiguration().setInt("parquet.block.size", 20_000);
    SPARK.sparkContext().hadoopConfiguration().setInt("parquet.block.size.row.check.min", 1);
    SPARK.sparkContext().hadoopConfiguration().setInt("parquet.block.size.row.check.max", 1);
    try {
      writeParquet("a.parquet", records());
    } finally {
      for (String key : List.of("", ".row.check.min", ".row.check.max")) {
        SPARK.sparkContext().hadoopConfiguration().unset("parquet.block.size" + key);
      }
    }
    Dataset<Row> rows = rows(WANTED);

    assertEquals(WANTED, column(fetch(rows), RecordColumns.ID));

    long size = Files.size(folder.resolve("a.parquet"));
    long read = CountingFileSystem.bytesRead();
    assertTrue(read > 0 && 2 * read < size, read + " of " + size + " bytes");
  }

  @Test
  void noRowsOpenNoFile() throws IOException {
    TestFiles.write(folder, "a.jsonl", lines());
    TestFiles.write(folder, "a.jsonl.gz", TestFiles.gzip(lines()));
    writeParquet("a.parquet", records());
    Dataset<Row> none = rows(WANTED).where(lit(false));

    assertEquals(List.of(), fetch(none));

    assertEquals(List.of(), CountingFileSystem.opened());
  }

  private void writeParquet(String name, List<String> records) throws IOException {
    Path directory = spark.resolve(name);
    SPARK
        .read()
        .json(SPARK.createDataset(records, Encoders.STRING()))
        .coalesce(1)
        .write()
        .mode("overwrite")
        .parquet(directory.toString());
    try (Stream<Path> files = Files.list(directory)) {
      Files.move(
          files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow(),
          folder.resolve(name));
    }
  }
}
