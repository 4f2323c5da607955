package io.gateau.pipeline.samples;

import static io.gateau.pipeline.testing.ReadRows.column;
import static io.gateau.pipeline.testing.ReadRows.text;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.testing.ReadRows;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of the records with one id is kept, and what the others say. */
class DuplicateIdsTest {
  private static final SparkSession SPARK = SparkTestSession.spark();

  @TempDir Path folder;

  private static List<Row> read(String... input) {
    return ReadRows.inOrder(DuplicateIds.reject(SampleReader.read(SPARK, ReadConfig.of(input))));
  }

  @Test
  void equalIdsOnOneLineKeepTheFirstElementAlone() throws IOException {
    String x = TestFiles.good("x");
    String file =
        TestFiles.write(folder, "a.json", "[" + TestFiles.good("y") + ", " + x + ", " + x + "]");
    String later = TestFiles.write(folder, "b.json", "[" + x + "]");

    List<Row> rows = read(later, file);

    assertEquals(List.of("y", "x", "x", "x"), column(rows, RecordColumns.ID));
    assertEquals(
        Arrays.asList(null, null, "duplicate-id", "duplicate-id"),
        column(rows, RecordColumns.REASON));
    assertEquals(
        "the id 'x' is taken by " + file + ":1 (record 2); make ids unique, or leave them out",
        text(rows.get(2), RecordColumns.DETAIL));
    assertEquals(
        "the id 'x' is taken by " + file + ":1; make ids unique, or leave them out",
        text(rows.get(3), RecordColumns.DETAIL));
  }

  @Test
  void duplicatesAcrossFilesKeepTheFirstByFileAndLine() throws IOException {
    String a = TestFiles.write(folder, "a.jsonl", TestFiles.good("x") + "\n" + TestFiles.good("y"));
    String b =
        TestFiles.write(
            folder,
            "b.json",
            "[\n" + TestFiles.good("z") + ",\n" + TestFiles.good("x") + ",\n{\"id\": \"x\"}]");
    String c =
        TestFiles.write(
            folder,
            "c.jsonl.gz",
            TestFiles.gzip(TestFiles.good("x").getBytes(StandardCharsets.UTF_8)));

    List<Row> rows = read(c, b, a);

    assertEquals(List.of("x", "y", "z", "x", "x", "x"), column(rows, RecordColumns.ID));
    assertEquals(
        Arrays.asList(null, null, null, "duplicate-id", "missing-field", "duplicate-id"),
        column(rows, RecordColumns.REASON));
    String detail = "the id 'x' is taken by " + a + ":1; make ids unique, or leave them out";
    assertEquals(detail, text(rows.get(3), RecordColumns.DETAIL));
    assertEquals(detail, text(rows.get(5), RecordColumns.DETAIL));
    assertEquals("doc x", text(rows.get(3), RecordColumns.CONTEXT));
    assertEquals("", text(rows.get(3), RecordColumns.ORIGINAL));
    assertEquals("{\"id\": \"x\"}", text(rows.get(4), RecordColumns.ORIGINAL));
  }

  @Test
  void aRejectedRecordDoesNotTakeItsIdAwayFromAGoodOne() throws IOException {
    String file = TestFiles.write(folder, "a.jsonl", "{\"id\": \"x\"}\n" + TestFiles.good("x"));

    assertEquals(Arrays.asList("missing-field", null), column(read(file), RecordColumns.REASON));
  }
}
