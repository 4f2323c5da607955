package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.testing.ReadRows;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples that are read from tables of Spark. */
class TableInputTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final List<TestSample> SAMPLES = TestSample.many(8);
  private static final String INPUT = "table:input_table";

  @TempDir static Path shared;
  private static TinyPair models;

  @TempDir Path folder;

  @BeforeAll
  static void writesTheModels() throws IOException {
    models = TinyPair.write(shared);
  }

  @BeforeEach
  void writesTheTable() throws IOException {
    List<TestSample> rows = new ArrayList<>(SAMPLES);
    rows.add(SAMPLES.get(2));
    rows.add(SAMPLES.get(3).withContext(""));
    save(rows);
  }

  @AfterEach
  void dropsTheTable() {
    SPARK.sql("DROP TABLE IF EXISTS input_table");
  }

  private void save(List<TestSample> rows) throws IOException {
    Path lines = Files.createTempFile(folder, "rows", ".jsonl");
    TestSample.writeSamples(lines, rows);
    SPARK
        .read()
        .json(lines.toString())
        .repartition(3)
        .write()
        .mode("overwrite")
        .saveAsTable("input_table");
  }

  private TestRun run(String name, String... input) {
    TestRun run = new TestRun(folder.resolve(name));
    run.score(models, input);
    run.select(SelectConfig.DEFAULT);
    return run;
  }

  private static List<Row> ranking(TestRun run) {
    return SPARK.read().parquet(run.output() + "/scores").orderBy("rank").collectAsList();
  }

  @Test
  void aTableGivesTheRankingOfItsRowsInAFile() throws IOException {
    TestRun file = run("file", TestSample.writeSamples(folder.resolve("in/a.jsonl"), SAMPLES));
    TestRun table = run("table", INPUT);

    assertEquals(ranking(file), ranking(table));
    assertEquals(file.ids("selected"), table.ids("selected"));
    assertEquals(
        Set.of("duplicate-id", "no-context"),
        new TreeSet<>(
            table.table("rejected").stream().map(row -> row.<String>getAs("reason")).toList()));
    for (Row row : table.table("rejected")) {
      assertEquals(INPUT, row.getAs(RecordColumns.FILE));
    }
    String original = ReadRows.text(table.table("selected").get(0), RecordColumns.ORIGINAL);
    assertTrue(original.startsWith("{\"context\":\"q"), original);
  }

  @Test
  void tablesAndFilesAreReadTogether() throws IOException {
    List<TestSample> more =
        SAMPLES.stream().map(sample -> sample.withId("f" + sample.id())).toList();
    String lines = TestSample.writeSamples(folder.resolve("in/a.jsonl"), more.subList(0, 4));
    String parquet = folder.resolve("in/b.parquet").toString();
    SPARK
        .read()
        .json(TestSample.writeSamples(folder.resolve("b.jsonl"), more.subList(4, 8)))
        .write()
        .parquet(parquet);

    TestRun run = new TestRun(folder.resolve("both"));
    run.score(models, lines, INPUT, parquet);
    assertEquals(16, run.select(SelectConfig.DEFAULT).counts().rowsIn() - 2);
    assertEquals(5, run.table("selected").size());
  }

  @Test
  void aRowThatIsNoLongerThereEndsTheSelection() throws IOException {
    TestRun run = new TestRun(folder.resolve("out"));
    run.score(models, INPUT);
    save(SAMPLES.stream().map(sample -> sample.withContext("other " + sample.id())).toList());

    String message = ReadRows.refused(() -> run.select(SelectConfig.DEFAULT)).getMessage();
    assertTrue(
        message.matches(
            "table:input_table has no longer the row with the content key [0-9a-f]{32} that was scored: the table has changed since; run gateau score again on it"),
        message);
  }

  @Test
  void aTableThatIsNotThereEndsTheRunBeforeAnythingIsWritten() {
    TestRun run = new TestRun(folder.resolve("none"));
    ReadRows.refused(() -> run.score(models, "table:nowhere"));
    assertTrue(Files.notExists(run.folder()));
  }
}
