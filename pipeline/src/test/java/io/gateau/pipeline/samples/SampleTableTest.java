package io.gateau.pipeline.samples;

import static io.gateau.pipeline.testing.ReadRows.column;
import static io.gateau.pipeline.testing.ReadRows.text;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.spark_partition_id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.record.ContentKey;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.testing.ReadRows;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleTableTest {
  private static final SparkSession SPARK = SparkTestSession.spark();

  @TempDir Path folder;

  private static Dataset<Row> table(String... input) {
    return SampleTable.of(SampleReader.read(SPARK, ReadConfig.of(input)));
  }

  @Test
  void aRowSaysWhereTheRecordIsAndWhatItsTextsAre() throws IOException {
    String record = TestFiles.good("x").replace("{", "{\"source\": \"qa\", ");
    String file = TestFiles.write(folder, "a.jsonl", "\n" + record);

    Row row = table(file).first();

    List<Object> values = new ArrayList<>();
    SampleColumns.NAMES.forEach(name -> values.add(row.getAs(name)));
    assertEquals(
        Arrays.asList(
            file,
            2L,
            1L,
            1L,
            (long) record.length(),
            "x",
            "qa",
            ContentKey.of("doc x", "ask", "answer"),
            14L,
            null,
            null,
            ""),
        values);
  }

  @Test
  void theSchemaIsTheOneNamedAndHoldsNoTexts() throws IOException {
    String file = TestFiles.write(folder, "a.jsonl", TestFiles.good("x"));

    List<StructField> expected = List.of(SampleColumns.SCHEMA.fields());
    List<StructField> found = List.of(table(file).schema().fields());

    assertEquals(
        expected.stream().map(StructField::name).toList(),
        found.stream().map(StructField::name).toList());
    assertEquals(
        expected.stream().map(StructField::dataType).toList(),
        found.stream().map(StructField::dataType).toList());
    assertFalse(SampleColumns.NAMES.contains(RecordColumns.CONTEXT));
  }

  @Test
  void aRejectedRecordKeepsItsBeginningAndHasNoKey() throws IOException {
    String broken = "{" + "x".repeat(2_000);
    String x = TestFiles.good("x");
    String file = TestFiles.write(folder, "a.jsonl", broken + "\n" + x + "\n" + x);

    List<Row> rows = ReadRows.inOrder(table(file));

    assertEquals(
        Arrays.asList("broken-json", null, "duplicate-id"), column(rows, RecordColumns.REASON));
    assertEquals(List.of(broken.substring(0, 1_000), "", ""), column(rows, RecordColumns.ORIGINAL));
    for (int i : new int[] {0, 2}) {
      assertNull(rows.get(i).getAs(RecordColumns.CONTENT_KEY));
      assertEquals(0L, rows.get(i).<Long>getAs(RecordColumns.CHARACTERS));
    }
    assertEquals(
        "the id 'x' is taken by " + file + ":2; make ids unique, or leave them out",
        text(rows.get(2), RecordColumns.DETAIL));
  }

  @Test
  void equalTextsOfTwoIdsAreTwoGoodSamplesOfOneKey() throws IOException {
    String x = TestFiles.good("x");
    String file = TestFiles.write(folder, "a.jsonl", x + "\n" + x.replace("\"x\"", "\"y\""));

    List<Row> rows = ReadRows.inOrder(table(file));

    assertEquals(Arrays.asList(null, null), column(rows, RecordColumns.REASON));
    assertEquals(1, Set.copyOf(column(rows, RecordColumns.CONTENT_KEY)).size());
  }

  @Test
  void everyRandomRecordIsOneRowAndTheFirstGoodOneOfAnIdIsKept() throws IOException {
    Random random = new Random(3);
    List<String> files = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (int f = 0; f < 5; f++) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 100; i++) {
        String id = "i" + random.nextInt(200);
        boolean good = random.nextInt(5) > 0;
        lines.append(good ? TestFiles.good(id) : "{\"id\": \"" + id + "\"}").append('\n');
        expected.add(good ? taken.add(id) ? null : "duplicate-id" : "missing-field");
      }
      files.add(TestFiles.write(folder, f + ".jsonl", lines.toString()));
    }

    Dataset<Row> table = table(files.toArray(String[]::new));

    assertEquals(expected, column(ReadRows.inOrder(table), RecordColumns.REASON));
  }

  @Test
  void rejectedRowsOfOneIdAreSpreadOverThePartitions() throws IOException {
    String file = TestFiles.write(folder, "a.jsonl", "{\"id\": \"x\"}\n".repeat(1_000));

    Dataset<Row> table = table(file);

    String coalesce = "spark.sql.adaptive.coalescePartitions.enabled";
    SPARK.conf().set(coalesce, false);
    try {
      List<Row> sizes =
          table.groupBy(col(RecordColumns.REASON), spark_partition_id()).count().collectAsList();
      assertEquals(2, sizes.size());
      sizes.forEach(size -> assertTrue(size.getLong(2) > 400, size.toString()));
    } finally {
      SPARK.conf().unset(coalesce);
    }
  }

  @Test
  void theTableCostsOneShuffleAndNoBroadcast() throws IOException {
    String plan =
        table(TestFiles.write(folder, "a.jsonl", TestFiles.good("x")))
            .queryExecution()
            .executedPlan()
            .toString();

    assertEquals(2, plan.split("Exchange", -1).length, plan);
  }
}
