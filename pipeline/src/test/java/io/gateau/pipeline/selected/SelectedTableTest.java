package io.gateau.pipeline.selected;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.pipeline.SelectSamples;
import io.gateau.pipeline.SelectedFormat;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Selections that are written to tables of Spark's own catalog. */
class SelectedTableTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final SelectedTable TABLE =
      new SelectedTable("chosen_table", Optional.of("parquet"));

  @TempDir static Path shared;
  private static TestRun first;

  @TempDir Path folder;
  private TestRun run;

  @BeforeAll
  static void scoresOnce() throws IOException {
    first = new TestRun(shared.resolve("first"));
    first.score(
        TinyPair.write(shared),
        TestSample.writeSamples(shared.resolve("input.jsonl"), TestSample.many(6)));
  }

  @BeforeEach
  void startsFromTheFirstRun() throws IOException {
    run = first.copy(folder.resolve("out"));
  }

  @AfterEach
  void dropsTheTable() {
    SPARK.sql("DROP TABLE IF EXISTS chosen_table");
  }

  private SelectSamples selection(SelectedTable table) {
    return SelectSamples.on(SPARK).output(run.output()).table(table);
  }

  private String refused(SelectedTable table) throws IOException {
    String manifest = manifestText();
    String message = assertThrows(InputException.class, selection(table)::execute).getMessage();
    assertEquals(manifest, manifestText());
    assertFalse(Files.exists(run.folder().resolve("scores")), "nothing is written");
    return message;
  }

  private String refused(String name, String... format) throws IOException {
    return refused(new SelectedTable(name, List.of(format).stream().findFirst()));
  }

  private String manifestText() throws IOException {
    return Files.readString(run.folder().resolve("manifest.json"));
  }

  @Test
  void theTableHasTheSelectedRows() throws IOException {
    SelectSamples.Result result = selection(TABLE).execute();

    assertEquals(
        Optional.of(new SelectedTable.Commit("chosen_table", "parquet", Optional.empty())),
        result.table());
    List<Row> rows = SPARK.table("chosen_table").orderBy("rank").collectAsList();
    assertEquals(2, rows.size());
    assertEquals(run.table("selected"), rows);
    JsonNode select = new ObjectMapper().readTree(manifestText()).path("select");
    assertEquals(
        new ObjectMapper().readTree("{\"name\": \"chosen_table\", \"format\": \"parquet\"}"),
        select.path("table"));
    List<Row> owner =
        SPARK.sql("SHOW TBLPROPERTIES chosen_table ('gateau.run')").select("value").collectAsList();
    assertEquals(run.output(), owner.get(0).getString(0));
  }

  @Test
  void ofASelectionOfLinesTheTableHasAllColumns() throws IOException {
    selection(TABLE).name("lines").format(SelectedFormat.JSONL).execute();

    List<Row> rows = SPARK.table("chosen_table").orderBy("rank").collectAsList();
    List<String> lines =
        Files.readAllLines(run.folder().resolve("selections/lines/selected/selected-00000.jsonl"));
    assertEquals(lines, rows.stream().map(row -> row.<String>getAs("original")).toList());
    JsonNode manifest = new ObjectMapper().readTree(manifestText());
    assertEquals("chosen_table", manifest.at("/selections/lines/table/name").asText());
  }

  @Test
  void aSelectionWithoutATableForgetsTheLastOne() throws IOException {
    selection(TABLE).execute();
    SelectSamples.on(SPARK).output(run.output()).execute();
    assertTrue(new ObjectMapper().readTree(manifestText()).at("/select/table").isMissingNode());
  }

  @Test
  void aTableThatCannotBeReplacedInOneStepIsLeftAlone() throws IOException {
    selection(TABLE).execute();
    run = first.copy(folder.resolve("again"));
    assertEquals(
        "the table chosen_table is there already, and its catalog 'spark_catalog' cannot replace it in one step; drop it, or write an Iceberg or Delta table",
        refused(TABLE));
    SPARK.sql("DROP TABLE chosen_table");
    assertEquals(2, selection(TABLE).execute().counts().selected());
  }

  @Test
  void aTableOfSomeoneElseIsLeftAlone() throws IOException {
    SPARK.sql("CREATE TABLE chosen_table USING parquet AS SELECT 1 AS one");
    assertEquals(
        "the table chosen_table is there already, and Gateau has not written it (it has no property gateau.run); name another table, or drop it",
        refused(TABLE));
    assertEquals(1, SPARK.table("chosen_table").count());
  }

  @Test
  void whatCannotBeWrittenIsAnErrorBeforeTheWork() throws IOException {
    assertEquals(
        "there is no data source 'iceberg' on the class path; bring it with spark-submit --packages org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.11.0, or name its jars in GATEAU_JARS for the launcher (docs/storage.md, \"Tables\")",
        refused("chosen_table", "iceberg"));
    assertTrue(
        refused("delta.`/nowhere/t`")
            .startsWith("there is no data source 'delta' on the class path"));
    assertEquals(
        "there is no data source 'foo' on the class path; check the name, and bring its jar",
        refused("chosen_table", "foo"));
    assertEquals(
        "there is no database 'nowhere' for the table nowhere.chosen; create it, or name another one",
        refused("nowhere.chosen"));
    assertTrue(refused("lake.db.chosen").startsWith("there is no catalog 'lake' for the table"));
    assertTrue(refused("a table").startsWith("'a table' is no name of a table; write"));
    assertThrows(IllegalArgumentException.class, () -> new SelectedTable(" ", Optional.empty()));
  }
}
