package io.gateau.pipeline.read.parquet;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map;
import static org.apache.spark.sql.functions.struct;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.chat.InstructionAt;
import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.samples.SampleTable;
import io.gateau.pipeline.testing.ReadRows;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetRecordsTest {

  private static final SparkSession SPARK = SparkTestSession.spark();

  @TempDir Path folder;

  /** Writes one Parquet file of this name. */
  private String write(Dataset<Row> rows, String name) throws IOException {
    Path directory = folder.resolve("spark-" + name.hashCode());
    rows.coalesce(1).write().parquet(directory.toString());
    try (Stream<Path> files = Files.list(directory)) {
      Path part = files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.move(part, file);
      return file.toString();
    }
  }

  private static Dataset<Row> rows(int n, Column... columns) {
    return SPARK.range(n).select(columns);
  }

  private static Column text(String prefix) {
    return concat(lit(prefix), col("id").cast("string"));
  }

  private static List<Row> read(String... input) {
    return ReadRows.read(ReadConfig.of(input));
  }

  private static List<Object> column(List<Row> rows, String column) {
    return rows.stream().map(row -> row.get(row.fieldIndex(column))).toList();
  }

  private static Column messages() {
    return array(
            struct(lit("user").as("role"), concat(text("doc "), lit("\n\nask")).as("content")),
            struct(lit("assistant").as("role"), text("answer ").as("content")))
        .as("messages");
  }

  @Test
  void rowsAreReadInEveryShapeWithTheirRowNumbers() throws IOException {
    write(rows(2, text("m").as("id"), messages()), "d/a.parquet");
    write(
        rows(
            2,
            col("id"),
            text("doc ").as("input"),
            lit("ask").as("instruction"),
            text("answer ").as("output")),
        "d/b.parquet");
    String json = TestFiles.write(folder, "d/c.jsonl", TestFiles.good("x"));

    List<Row> rows = read(folder.resolve("d").toString());

    assertEquals(List.of("m0", "m1", "0", "1", "x"), column(rows, RecordColumns.ID));
    assertEquals(List.of(1L, 2L, 1L, 2L, 1L), column(rows, RecordColumns.LINE));
    assertEquals(
        List.of("doc 0", "doc 1", "doc 0", "doc 1", "doc x"), column(rows, RecordColumns.CONTEXT));
    assertEquals(Arrays.asList(null, null, null, null, null), column(rows, RecordColumns.REASON));
    assertEquals(folder.resolve("d/a.parquet").toString(), column(rows, RecordColumns.FILE).get(0));
    assertEquals(json, column(rows, RecordColumns.FILE).get(4));
  }

  @Test
  void nullsStayInTheOriginalAndCountAsMissing() throws IOException {
    String file =
        write(
            rows(
                1,
                lit(null).cast("string").as("id"),
                lit("doc").as("context"),
                lit("ask").as("instruction"),
                lit(null).cast("string").as("response")),
            "a.parquet");

    Row row = read(file).get(0);

    assertEquals("a.parquet:1", row.getAs(RecordColumns.ID));
    assertEquals("missing-field", row.getAs(RecordColumns.REASON));
    assertEquals("response is null", row.getAs(RecordColumns.DETAIL));
    assertEquals(
        "{\"id\":null,\"context\":\"doc\",\"instruction\":\"ask\",\"response\":null}",
        row.getAs(RecordColumns.ORIGINAL));
  }

  @Test
  void namesThatSparkWouldTakeForGlobsOrEscapesAreReadAsTheyAre() throws IOException {
    String brackets = write(rows(1, text("a").as("id"), messages()), "x[1].parquet");
    String space = write(rows(1, text("b").as("id"), messages()), "s p%20{a}.parquet");
    write(rows(1, text("c").as("id"), messages()), "x1.parquet");

    List<Row> rows = read(brackets, space);

    assertEquals(List.of(space, brackets), column(rows, RecordColumns.FILE));
    assertEquals(List.of("b0", "a0"), column(rows, RecordColumns.ID));
  }

  @Test
  void aColumnNamedLikeSparksMetadataDoesNoHarm() throws IOException {
    String file =
        write(rows(1, text("a").as("id"), messages(), lit(1).as("_metadata")), "a.parquet");

    assertEquals(List.of(1L), column(read(file), RecordColumns.LINE));
  }

  @Test
  void textThatIsNotUtf8IsRejectedHoweverDeep() throws IOException {
    Column bad = expr("cast(x'61ff' as string)");
    String top =
        write(
            rows(1, bad.as("context"), lit("i").as("instruction"), lit("r").as("response")),
            "a.parquet");
    String deep =
        write(
            rows(1, array(struct(lit("user").as("role"), bad.as("content"))).as("messages")),
            "b.parquet");

    for (Row row : read(top, deep)) {
      assertEquals("invalid-utf8", row.getAs(RecordColumns.REASON));
      assertEquals(
          "a text of the row is not valid UTF-8; write it anew", row.getAs(RecordColumns.DETAIL));
    }
  }

  @Test
  void anIdThatIsNoFiniteNumberIsRejectedAsAnyOtherFraction() throws IOException {
    for (String type : List.of("double", "float")) {
      for (String value : List.of("NaN", "Infinity", "-Infinity", "1.5")) {
        Column id = lit(value).cast(type).as("id");
        Row row = read(write(rows(1, id, messages()), type + value + ".parquet")).get(0);

        assertEquals("wrong-type", row.getAs(RecordColumns.REASON), type + value);
        assertEquals(
            "id is %s; only a string or an integer can be an id"
                .formatted(value.equals("1.5") ? "a number" : value),
            row.getAs(RecordColumns.DETAIL));
        assertEquals(type + value + ".parquet:1", row.getAs(RecordColumns.ID));
      }
    }
  }

  @Test
  void aTextThatIsNoFiniteNumberIsNotReadAsItsName() throws IOException {
    Column nan = lit(Double.NaN);
    String file =
        write(
            rows(
                1,
                text("m").as("id"),
                nan.as("source"),
                text("doc ").as("context"),
                lit("ask").as("instruction"),
                nan.as("response")),
            "a.parquet");
    String unread =
        write(
            rows(
                1,
                text("n").as("id"),
                nan.as("dataset"),
                nan.as("context"),
                array(lit(Double.NEGATIVE_INFINITY)).as("weights"),
                messages()),
            "b.parquet");

    List<Row> rows = read(file, unread);

    assertEquals(Arrays.asList("wrong-type", null), column(rows, RecordColumns.REASON));
    assertEquals("response is NaN, not a string", rows.get(0).getAs(RecordColumns.DETAIL));
    assertEquals(Arrays.asList(null, null), column(rows, RecordColumns.SOURCE));
  }

  @Test
  void bytesInsideAChatAreNoText() throws IOException {
    Column bytes = lit("doc\n\nask").cast("binary");
    Column said =
        struct(lit("user").as("role"), bytes.as("content"), lit("x").cast("binary").as("image"));
    Column from = struct(bytes.as("from"), lit("doc\n\nask").as("value"));
    Column part = struct(lit("text").as("type"), bytes.as("text"));
    Column inParts = struct(lit("user").as("role"), array(part).as("content"));
    Column inAMap = map(lit("role"), bytes, lit("content"), bytes);
    List<String> files =
        List.of(
            write(rows(1, array(said).as("messages")), "a.parquet"),
            write(rows(1, array(from).as("conversations")), "b.parquet"),
            write(rows(1, array(inParts).as("messages")), "c.parquet"),
            write(rows(1, array(inAMap).as("messages")), "d.parquet"));

    List<Row> rows = read(files.toArray(String[]::new));

    assertEquals(
        List.of("wrong-type", "wrong-type", "wrong-type", "wrong-type"),
        column(rows, RecordColumns.REASON));
    assertEquals(
        List.of(
            "messages[0].content is bytes, not a string",
            "conversations[0].from is bytes, not a string",
            "messages[0].content[0].text is bytes, not a string",
            "messages[0].role is bytes, not a string"),
        column(rows, RecordColumns.DETAIL));
  }

  @Test
  void bytesThatNoTextIsReadFromDoNoHarm() throws IOException {
    Column image = lit("x").cast("binary");
    String file = write(rows(1, text("m").as("id"), messages(), image.as("image")), "a.parquet");

    Row row = read(file).get(0);

    assertNull(row.getAs(RecordColumns.REASON));
    assertTrue(row.<String>getAs(RecordColumns.ORIGINAL).endsWith(",\"image\":\"eA==\"}"));
  }

  @Test
  void aRowOverTheLimitIsRejected() throws IOException {
    String file = write(rows(2, text("a").as("id"), messages()), "a.parquet");

    List<Row> rows = ReadRows.read(new ReadConfig(List.of(file), InstructionAt.LAST, 50));

    assertEquals(List.of("line-too-long", "line-too-long"), column(rows, RecordColumns.REASON));
    assertTrue(
        rows.get(0)
            .<String>getAs(RecordColumns.DETAIL)
            .matches(
                "the row is \\d+ bytes long as JSON, over the limit of 50; raise max-line-bytes to read it"));
  }

  @Test
  void duplicatesAreFoundBetweenParquetAndJson() throws IOException {
    String json = TestFiles.write(folder, "a.jsonl", TestFiles.good("m1"));
    String parquet = write(rows(3, text("m").as("id"), messages()), "b.parquet");

    List<Row> rows =
        ReadRows.inOrder(SampleTable.of(SampleReader.read(SPARK, ReadConfig.of(json, parquet))));

    assertEquals(
        Arrays.asList(null, null, "duplicate-id", null), column(rows, RecordColumns.REASON));
    assertEquals(
        "the id 'm1' is taken by " + json + ":1; make ids unique, or leave them out",
        rows.get(2).getAs(RecordColumns.DETAIL));
  }

  @Test
  void anEmptyParquetFileGivesNoRow() throws IOException {
    assertEquals(List.of(), read(write(rows(0, text("m").as("id"), messages()), "a.parquet")));
  }

  @Test
  void anUnreadableParquetFileIsNamed() throws IOException {
    String file = TestFiles.write(folder, "a.parquet", "this is not Parquet at all");
    String good = write(rows(1, text("m").as("id"), messages()), "b.parquet");

    String message =
        assertThrows(
                InputException.class, () -> SampleReader.read(SPARK, ReadConfig.of(good, file)))
            .getMessage();

    assertTrue(message.startsWith(file + " is not a readable Parquet file ("), message);
    assertTrue(message.endsWith("); write it anew, or leave it out of the input"), message);
  }

  @Test
  void bytesWhereTextBelongsAreRefused() throws IOException {
    for (String column : List.of("context", "dataset")) {
      String file =
          write(
              rows(1, lit("x").cast("binary").as(column), text("m").as("id")), column + ".parquet");

      assertEquals(
          "the column "
              + column
              + " of "
              + file
              + " holds bytes, not text; if an old writer left the text mark out, set spark.sql.parquet.binaryAsString=true",
          assertThrows(InputException.class, () -> SampleReader.read(SPARK, ReadConfig.of(file)))
              .getMessage());
    }
  }
}
