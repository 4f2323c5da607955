package io.gateau.pipeline.read.table;

import static io.gateau.pipeline.testing.ReadRows.column;
import static org.apache.spark.sql.functions.expr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.chat.InstructionAt;
import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.samples.SampleTable;
import io.gateau.pipeline.testing.ReadRows;
import io.gateau.pipeline.testing.SparkTestSession;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableRecordsTest {
  private static final SparkSession SPARK = SparkTestSession.spark();

  /** Columns of a good sample, to which a test adds others. */
  private static final String SAMPLE =
      "concat('s', id) AS id, 'c' AS context, 'i' AS instruction, concat('r', id) AS response";

  @TempDir Path folder;

  @AfterEach
  void dropTheTable() {
    SPARK.sql("DROP TABLE IF EXISTS read_table");
    SPARK.catalog().dropTempView("read_view");
  }

  private static Dataset<Row> rows(String... columns) {
    return SPARK.sql("SELECT %s FROM range(0, 3, 1, 1)".formatted(String.join(", ", columns)));
  }

  private static List<Row> read(String... input) {
    return ReadRows.read(input);
  }

  private static String refused(String... input) {
    InputException refused =
        ReadRows.refused(() -> TableInput.pin(SPARK, ReadConfig.of(input)).input());
    return refused.getMessage();
  }

  @Test
  void aRowHasTheJsonOfTheSameRowInAFile() {
    String place = folder.resolve("every.parquet").toString();
    rows(
            SAMPLE,
            "id = 1 AS truth",
            "cast(id AS byte) AS b",
            "cast(-id AS short) AS s",
            "cast(id AS int) AS n",
            "cast(id / 3 AS float) AS f",
            "CASE WHEN id = 0 THEN double('NaN') ELSE id / 3 END AS d",
            "cast(id * 1000.5 AS decimal(20,3)) AS decimal",
            "date_add(DATE'1969-12-30', cast(id AS int)) AS day",
            "timestamp_micros(id * 1234567 - 1) AS moment",
            "cast(timestamp_micros(id) AS timestamp_ntz) AS local_moment",
            "encode(context, 'utf-8') AS bytes",
            "CASE WHEN id = 2 THEN NULL ELSE array('a', NULL, context) END AS list",
            "named_struct('x', id, 'y', array(named_struct('z', 'q'))) AS nested",
            "map(id, 'one', 7, NULL) AS entries",
            "cast(NULL AS string) AS nothing")
        .write()
        .parquet(place);

    List<Row> ofFile = read(place);
    List<Row> ofTable = read("table:parquet.`" + place + "`");

    assertEquals(3, ofTable.size());
    for (String column : List.of(RecordColumns.ORIGINAL, RecordColumns.CONTENT_KEY)) {
      Set<String> expected = new TreeSet<>(column(ofFile, column));
      assertEquals(expected, new TreeSet<>(column(ofTable, column)), column);
    }
  }

  @Test
  void chatsAndBadRowsAreReadAsInFiles() {
    rows(
            "concat('s', id) AS id",
            "CASE WHEN id < 2 THEN array(named_struct('role', 'user', 'content', 'long text\\n\\nask'),"
                + " named_struct('role', CASE WHEN id = 0 THEN 'assistant' ELSE 'user' END, 'content', 'answer'))"
                + " END AS messages")
        .write()
        .saveAsTable("read_table");

    List<Row> rows =
        SampleReader.read(SPARK, ReadConfig.of("table:read_table")).orderBy("id").collectAsList();

    assertEquals(List.of("s0", "s1", "s2"), column(rows, RecordColumns.ID));
    assertEquals("long text", ReadRows.text(rows.get(0), RecordColumns.CONTEXT));
    assertEquals("ask", ReadRows.text(rows.get(0), RecordColumns.INSTRUCTION));
    assertEquals("no-assistant-turn", ReadRows.text(rows.get(1), RecordColumns.REASON));
    assertEquals("missing-field", ReadRows.text(rows.get(2), RecordColumns.REASON));
    assertEquals("table:read_table", ReadRows.text(rows.get(2), RecordColumns.FILE));
  }

  @Test
  void theOrderOfTheRowsChangesNothing() {
    String columns = "CASE WHEN id < 2 THEN 'twice' END AS id";
    rows(columns, "'c' AS context", "'i' AS instruction", "concat('r', id) AS response")
        .createOrReplaceTempView("read_view");
    List<Row> forwards = samples("table:read_view");
    SPARK.table("read_view").orderBy(expr("response DESC")).createOrReplaceTempView("read_view2");
    SPARK.sql("SELECT * FROM read_view2").createOrReplaceTempView("read_view");

    assertEquals(forwards, samples("table:read_view"));
    List<String> reasons =
        forwards.stream().map(row -> String.valueOf(row.<String>getAs("reason"))).toList();
    assertEquals(2, reasons.stream().filter("null"::equals).count());
    assertTrue(reasons.contains("duplicate-id"), reasons.toString());
    assertTrue(
        forwards.stream()
            .map(row -> row.<String>getAs("detail"))
            .anyMatch(
                "the id 'twice' is taken by another row of table:read_view; make ids unique, or leave them out"
                    ::equals));
    assertTrue(
        forwards.stream().anyMatch(row -> row.<String>getAs("id").matches("read_view:\\d+")));
  }

  private static List<Row> samples(String input) {
    return SampleTable.of(SampleReader.read(SPARK, ReadConfig.of(input)))
        .orderBy("record")
        .collectAsList();
  }

  @Test
  void ofEqualRowsOneStays() {
    rows("'c' AS context", "'i' AS instruction", "'r' AS response")
        .createOrReplaceTempView("read_view");
    List<Row> rows = samples("table:read_view");
    assertEquals(3, rows.size());
    assertEquals(
        2, rows.stream().filter(row -> "duplicate-id".equals(row.getAs("reason"))).count());
  }

  @Test
  void textsThatAreNotUtf8AreRejected() {
    rows(SAMPLE, "CASE WHEN id = 1 THEN cast(X'61FF' AS string) END AS extra")
        .createOrReplaceTempView("read_view");
    List<Row> rows =
        SampleReader.read(SPARK, ReadConfig.of("table:read_view")).orderBy("id").collectAsList();
    assertEquals("invalid-utf8", rows.get(0).<String>getAs("reason"));
    assertNull(rows.get(1).<String>getAs("reason"));
  }

  @Test
  void aRowOverTheLimitIsRejected() {
    rows(SAMPLE).createOrReplaceTempView("read_view");
    ReadConfig config = new ReadConfig(List.of("table:read_view"), InstructionAt.LAST, 20);
    List<Row> rows = SampleReader.read(SPARK, config).collectAsList();
    assertEquals("line-too-long", rows.get(0).<String>getAs("reason"));
  }

  @Test
  void aDataSourceIsReadByItsPath() {
    String place = folder.resolve("orc").toString();
    rows(SAMPLE).write().orc(place);
    String input = "table:orc.`" + place + "`";
    assertEquals(List.of(input), TableInput.pin(SPARK, ReadConfig.of(input)).input());
    assertEquals(3, read(input).size());
  }

  @Test
  void whatCannotBeReadIsAnErrorOfTheUser() {
    assertEquals(
        "'no name' is no name of a table; write catalog.database.table, or delta.`/path` in quotes, with backticks around parts that hold more than letters, digits and underscores",
        refused("table:no name"));
    assertTrue(
        refused("table:read_table")
            .startsWith("the table read_table cannot be used: [TABLE_OR_VIEW_NOT_FOUND]"),
        refused("table:read_table"));
    assertEquals(
        "there is no catalog 'nowhere' for the table nowhere.db.t; set spark.sql.catalog.nowhere and the settings below it under spark.conf of the configuration file, or with --conf of spark-submit",
        refused("table:nowhere.db.t"));
    String delta = refused("table:delta.`/nowhere/t`");
    assertTrue(delta.contains("--packages io.delta:delta-spark_4.1_2.13:"), delta);
    rows(SAMPLE).createOrReplaceTempView("read_view");
    assertEquals(
        "the table read_view is given twice; keep one",
        refused("table:read_view", "table:`read_view`"));
    rows("encode('c', 'utf-8') AS context").createOrReplaceTempView("read_view");
    assertEquals(
        "the column context of read_view holds bytes, not text; name a view of the table that casts it to STRING",
        ReadRows.refused(() -> read("table:read_view")).getMessage());
    rows(SAMPLE).write().saveAsTable("read_table");
    assertTrue(
        refused("table:read_table@7").startsWith("the table read_table@7 cannot be used: "),
        refused("table:read_table@7"));
  }

  @Test
  void anyVersionThatIsALongIsOne() {
    for (long version : new long[] {0, 9_143_815_685_712_503_541L, Long.MAX_VALUE}) {
      List<TableInput> tables = TableInput.of(SPARK, ReadConfig.of("table:lake.db.t@" + version));
      assertEquals(
          List.of(new TableInput(new TableName(List.of("lake", "db", "t")), Optional.of(version))),
          tables);
    }
    assertEquals(
        List.of(new TableInput(new TableName(List.of("delta", "/a@1")), Optional.empty())),
        TableInput.of(SPARK, ReadConfig.of("table:delta.`/a@1`")));
    assertEquals(
        "the version in t@9223372036854775808 is no Iceberg snapshot and no Delta version; use one of the table's history",
        refused("table:t@9223372036854775808"));
  }

  @Test
  void aCatalogWhoseClassIsMissingSaysWhatToBring() {
    SPARK.conf().set("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog");
    try {
      String refused = refused("table:lake.db.samples");
      assertEquals(
          "the table lake.db.samples cannot be used: Cannot find catalog plugin class for catalog 'lake': org.apache.iceberg.spark.SparkCatalog; bring it with spark-submit --packages org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.11.0, or name its jars in GATEAU_JARS for the launcher (docs/storage.md, \"Tables\")",
          refused);
    } finally {
      SPARK.conf().unset("spark.sql.catalog.lake");
    }
  }
}
