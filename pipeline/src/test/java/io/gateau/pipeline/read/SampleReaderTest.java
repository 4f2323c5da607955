package io.gateau.pipeline.read;

import static io.gateau.pipeline.testing.ReadRows.column;
import static io.gateau.pipeline.testing.ReadRows.read;
import static io.gateau.pipeline.testing.ReadRows.text;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gateau.chat.InstructionAt;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ContentKey;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.samples.OriginalRecords;
import io.gateau.pipeline.testing.ReadRows;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestFiles;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleReaderTest {
  private static final SparkSession SPARK = SparkTestSession.spark();

  @TempDir Path folder;

  @Test
  void everyColumnOfAGoodSampleIsFilled() throws IOException {
    String line =
        "{\"id\": \"x\", \"source\": \"qa\", \"messages\": [{\"role\": \"user\", \"content\": \"doc\\n\\nask\"}, {\"role\": \"assistant\", \"content\": \"answer\"}]}";
    String file = TestFiles.write(folder, "a.jsonl", "\n" + line + "\r\n");

    Row row = read(file).get(0);

    assertEquals(RecordColumns.SCHEMA.fieldNames().length, row.length());
    assertEquals(file, text(row, RecordColumns.FILE));
    assertEquals(2L, row.getLong(row.fieldIndex(RecordColumns.LINE)));
    assertEquals("x", text(row, RecordColumns.ID));
    assertEquals("qa", text(row, RecordColumns.SOURCE));
    assertEquals("doc", text(row, RecordColumns.CONTEXT));
    assertEquals("ask", text(row, RecordColumns.INSTRUCTION));
    assertEquals("answer", text(row, RecordColumns.RESPONSE));
    assertEquals(1L, row.<Long>getAs(RecordColumns.OFFSET));
    assertEquals(line.length(), row.<Long>getAs(RecordColumns.BYTES));
    assertEquals(ContentKey.of("doc", "ask", "answer"), text(row, RecordColumns.CONTENT_KEY));
    assertEquals(12L, row.<Long>getAs(RecordColumns.CHARACTERS));
    assertEquals(line, text(row, RecordColumns.ORIGINAL));
    assertNull(text(row, RecordColumns.REASON));
    assertNull(text(row, RecordColumns.DETAIL));
  }

  @Test
  void charactersAreThoseThatSparkCounts() throws IOException {
    String clef = "\ud834\udd1e";
    String file =
        TestFiles.write(
            folder, "a.jsonl", "[1]\n" + TestFiles.good(clef) + "\n" + TestFiles.good("e\u0301"));

    Dataset<Row> rows = SampleReader.read(SPARK, ReadConfig.of(file));

    Column length =
        length(col(RecordColumns.CONTEXT))
            .plus(length(col(RecordColumns.INSTRUCTION)))
            .plus(length(col(RecordColumns.RESPONSE)));
    assertEquals(
        List.of(
            RowFactory.create(0L, null), RowFactory.create(14L, 14), RowFactory.create(15L, 15)),
        rows.orderBy(RecordColumns.LINE)
            .select(col(RecordColumns.CHARACTERS), length)
            .collectAsList());
  }

  @Test
  void whatCannotBeReadFromTheMiddleHasNoOffsetAndARejectedRecordNoKey() throws IOException {
    byte[] lines = (TestFiles.good("x") + "\n[1]").getBytes(StandardCharsets.UTF_8);
    String gzip = TestFiles.write(folder, "a.jsonl.gz", TestFiles.gzip(lines));
    String zstd = TestFiles.write(folder, "b.jsonl.zst", TestFiles.zstd(lines));

    List<Row> rows = read(gzip, zstd);

    String key = ContentKey.of("doc x", "ask", "answer");
    assertEquals(Arrays.asList(key, null, key, null), column(rows, RecordColumns.CONTENT_KEY));
    for (Row row : rows) {
      assertNull(row.getAs(RecordColumns.OFFSET));
      assertNull(row.getAs(RecordColumns.BYTES));
    }
  }

  @Test
  void theSchemaIsTheOneNamed() throws IOException {
    String file = TestFiles.write(folder, "a.jsonl", TestFiles.good("x"));

    assertEquals(
        List.of(RecordColumns.SCHEMA.fieldNames()),
        List.of(SampleReader.read(SPARK, ReadConfig.of(file)).columns()));
    assertEquals(
        Arrays.stream(RecordColumns.SCHEMA.fields()).map(f -> f.dataType()).toList(),
        Arrays.stream(SampleReader.read(SPARK, ReadConfig.of(file)).schema().fields())
            .map(f -> f.dataType())
            .toList());
  }

  @Test
  void plainGzipAndZstandardLinesAndArraysGiveTheSameSamples() throws IOException {
    List<String> extensions =
        List.of("json", "json.gz", "json.zst", "jsonl", "jsonl.gz", "jsonl.zst", "ndjson.gz");
    List<String> originals = new ArrayList<>();
    for (String shape : List.of("array", "lines")) {
      for (String extension : shape.equals("array") ? extensions.subList(0, 3) : extensions) {
        String name = shape + "." + extension;
        String x = TestFiles.good(name + "-x");
        String y = TestFiles.good(name + "-y");
        originals.addAll(List.of(x, y));
        String text = shape.equals("array") ? "\uFEFF[" + x + ",\n" + y + "\n]\n" : x + "\n" + y;
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (extension.endsWith("gz")) {
          bytes = TestFiles.gzip(bytes);
        } else if (extension.endsWith("zst")) {
          bytes = TestFiles.zstd(bytes);
        }
        TestFiles.write(folder, name, bytes);
      }
    }

    List<Row> rows = read(folder.toString());

    assertEquals(originals, column(rows, RecordColumns.ORIGINAL));
    assertEquals(Collections.nCopies(originals.size(), null), column(rows, RecordColumns.REASON));
    for (int i = 0; i < rows.size(); i++) {
      assertEquals(1 + i % 2, rows.get(i).getLong(1), rows.get(i).mkString(" "));
    }
  }

  @Test
  void aRecordWithoutIdIsNamedByFileAndLineRelativeToTheDirectory() throws IOException {
    String noId = "{\"input\": \"doc\", \"instruction\": \"ask\", \"output\": \"answer\"}";
    TestFiles.write(folder, "d/sub/a.jsonl", noId + "\n\n" + noId);
    TestFiles.write(folder, "d/b.json", "[" + noId + "]");
    String directory = folder.resolve("d").toString();

    assertEquals(
        List.of("b.json[0]", "sub/a.jsonl:1", "sub/a.jsonl:3"),
        column(read(directory), RecordColumns.ID));
    assertEquals(
        List.of("a.jsonl:1", "a.jsonl:3"),
        column(read(directory + "/sub/*.jsonl"), RecordColumns.ID));
  }

  @Test
  void anArrayElementWithoutIdIsNamedByItsPlaceInTheArrayWhateverLineItStandsOn()
      throws IOException {
    String noId = "{\"input\": \"doc\", \"instruction\": \"ask\", \"output\": \"answer\"}";
    String elements = String.join(", ", Collections.nCopies(3, noId));
    String oneLine = TestFiles.write(folder, "one.json", "[" + elements + "]");
    String twoALine =
        TestFiles.write(folder, "two.json", "[\n" + elements + ",\n,\n" + elements + "\n]\n");

    List<Row> rows = read(oneLine, twoALine);

    assertEquals(
        List.of(
            "one.json[0]",
            "one.json[1]",
            "one.json[2]",
            "two.json[0]",
            "two.json[1]",
            "two.json[2]",
            "two.json[3]",
            "two.json[4]",
            "two.json[5]",
            "two.json[6]"),
        column(rows, RecordColumns.ID));
    assertEquals(
        List.of(1L, 1L, 1L, 2L, 2L, 2L, 3L, 4L, 4L, 4L),
        rows.stream().map(row -> row.<Long>getAs(RecordColumns.LINE)).toList());
    List<String> reasons = new ArrayList<>(Collections.nCopies(10, null));
    reasons.set(6, "broken-json");
    assertEquals(reasons, column(rows, RecordColumns.REASON));
  }

  @Test
  void oneInFiveBrokenReconcilesWithEveryReason() throws IOException {
    String[] broken = {
      "{\"id\": \"cut",
      "{\"context\": \"c\", \"instruction\": \"i\"}",
      "{\"context\": 1, \"instruction\": \"i\", \"response\": \"r\"}",
      "{\"context\": \"c\", \"instruction\": \"i\", \"response\": \" \"}",
      "{\"context\": \"\", \"instruction\": \"i\", \"response\": \"r\"}",
      TestFiles.good("0"),
      "{\"id\": \"\u00ff\"}",
      "{\"pad\": \"" + "x".repeat(2_000) + "\"}",
      "{\"messages\": []}",
      "{\"messages\": [{\"role\": \"x\", \"content\": \"\"}]}",
    };
    StringBuilder file = new StringBuilder();
    int records = 500;
    for (int i = 0; i < records; i++) {
      file.append(i % 5 == 4 ? broken[i / 5 % broken.length] : TestFiles.good("" + i));
      file.append(i % 3 == 0 ? "\r\n \n" : "\n");
    }
    // Latin-1, so that the one character above ASCII is not UTF-8.
    String path =
        TestFiles.write(folder, "a.jsonl", file.toString().getBytes(StandardCharsets.ISO_8859_1));

    List<Row> rows = read(new ReadConfig(List.of(path), InstructionAt.LAST, 1_500));

    Map<String, Integer> counts = new TreeMap<>();
    column(rows, RecordColumns.REASON)
        .forEach(reason -> counts.merge(String.valueOf(reason), 1, Integer::sum));
    assertEquals(
        Map.ofEntries(
            Map.entry("null", 410),
            Map.entry("broken-json", 10),
            Map.entry("missing-field", 10),
            Map.entry("wrong-type", 10),
            Map.entry("empty-response", 10),
            Map.entry("no-context", 10),
            Map.entry("invalid-utf8", 10),
            Map.entry("line-too-long", 10),
            Map.entry("no-assistant-turn", 10),
            Map.entry("unknown-role", 10)),
        counts);
    assertEquals(records, rows.size());
    for (Row row : rows) {
      boolean good = text(row, RecordColumns.REASON) == null;
      assertEquals(good, text(row, RecordColumns.DETAIL) == null);
      assertTrue(good || text(row, RecordColumns.ORIGINAL).length() <= 1_000);
    }
  }

  @Test
  void aFiftyMegabyteLineIsSkippedAndItsNeighboursAreRead() throws IOException {
    Path file = folder.resolve("big.jsonl");
    long length = 0;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(
          (TestFiles.good("x") + "\n{\"id\": \"big\", \"context\": \"")
              .getBytes(StandardCharsets.UTF_8));
      byte[] chunk = "0123456789".repeat(100_000).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 50; i++) {
        out.write(chunk);
        length += chunk.length;
      }
      out.write("\"}\n".getBytes(StandardCharsets.UTF_8));
      out.write(TestFiles.good("y").getBytes(StandardCharsets.UTF_8));
    }
    length += "{\"id\": \"big\", \"context\": \"\"}".length();

    List<Row> rows = read(file.toString());

    assertEquals(List.of("x", "big.jsonl:2", "y"), column(rows, RecordColumns.ID));
    assertEquals("line-too-long", text(rows.get(1), RecordColumns.REASON));
    assertEquals(
        "the record is %d bytes long, over the limit of 16777216; raise max-line-bytes to read it"
            .formatted(length),
        text(rows.get(1), RecordColumns.DETAIL));
    assertEquals(1_000, text(rows.get(1), RecordColumns.ORIGINAL).length());

    List<Row> raised = read(new ReadConfig(List.of(file.toString()), InstructionAt.LAST, 64 << 20));
    assertEquals(List.of("x", "big", "y"), column(raised, RecordColumns.ID));
    assertEquals(50_000_000, text(raised.get(1), RecordColumns.CONTEXT).length());
  }

  @Test
  void aCutArchiveIsAnErrorOrWhereAllowedOneRowMoreThanWhatCouldBeRead() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 50_000; i++) {
      lines.append(TestFiles.good("" + i)).append('\n');
    }
    byte[] whole = TestFiles.gzip(lines.toString().getBytes(StandardCharsets.UTF_8));
    String file = TestFiles.write(folder, "a.jsonl.gz", Arrays.copyOf(whole, whole.length / 2));

    InputException refused = ReadRows.refused(() -> read(file));
    assertTrue(
        refused
            .getMessage()
            .matches(
                "cannot read all of "
                    + file
                    + ": the compressed file is damaged after \\d+ decompressed bytes \\(the file ends in"
                    + " the middle of a gzip member\\); get the file again, or allow damaged files"
                    + " \\(--allow-damaged, read.allow-damaged\\) to read what stands before the damage"),
        refused.getMessage());

    List<Row> rows = read(ReadConfig.of(file).withDamagedAllowed());

    Row last = rows.get(rows.size() - 1);
    assertEquals("broken-archive", text(last, RecordColumns.REASON));
    assertEquals(rows.size(), last.getLong(1));
    assertEquals(1, column(rows, RecordColumns.REASON).stream().filter(r -> r != null).count());
    assertTrue(rows.size() > 10_000, rows.size() + " rows");
  }

  @Test
  void aLocalFileWithAColonInItsNameIsReadAndItsRecordsAreFound() throws IOException {
    String plain = TestFiles.write(folder, "12:30.jsonl", TestFiles.good("x"));
    byte[] line = TestFiles.good("y").getBytes(StandardCharsets.UTF_8);
    TestFiles.write(folder, "12:31.jsonl.gz", TestFiles.gzip(line));

    for (ReadConfig config : List.of(ReadConfig.of(folder.toString()), ReadConfig.of(plain))) {
      Dataset<Row> rows = SampleReader.read(SPARK, config);
      List<String> originals = column(ReadRows.inOrder(rows), RecordColumns.ORIGINAL);
      assertEquals(TestFiles.good("x"), originals.get(0));
      assertEquals(
          originals,
          column(
              ReadRows.inOrder(OriginalRecords.fetch(SPARK, rows, config)),
              RecordColumns.ORIGINAL));
    }
  }

  @Test
  void filesWithoutRecordsGiveNoRowButAreListed() throws IOException {
    String empty = TestFiles.write(folder, "a.jsonl", " \n\n");
    String array = TestFiles.write(folder, "b.json", "[]");
    String full = TestFiles.write(folder, "c.jsonl", TestFiles.good("x"));
    ReadConfig config = ReadConfig.of(folder.toString());

    assertEquals(List.of(), read(empty, array));
    assertEquals(List.of(full), column(read(config), RecordColumns.FILE));
    assertEquals(List.of(empty, array, full), SampleReader.files(SPARK, config));
  }

  @Test
  void aLimitTakesTheFirstRecordsByFileAndPlace() throws IOException {
    TestFiles.write(folder, "b.jsonl", String.join("\n", good("b1"), good("b2"), good("b3")));
    TestFiles.write(
        folder,
        "a.jsonl.gz",
        TestFiles.gzip((good("a1") + "\n{").getBytes(StandardCharsets.UTF_8)));

    ReadConfig config = ReadConfig.of(folder.toString()).withLimit(4);

    assertEquals(
        List.of("a1", "a.jsonl.gz:2", "b1", "b2"),
        SampleReader.read(SPARK, config)
            .orderBy(RecordColumns.FILE, RecordColumns.RECORD)
            .select(RecordColumns.ID)
            .as(Encoders.STRING())
            .collectAsList());
  }

  private static String good(String id) {
    return TestFiles.good(id);
  }

  @Test
  void aPathThatDoesNotExistStopsBeforeAnyWork() {
    InputException e =
        assertThrows(
            InputException.class,
            () -> SampleReader.read(SPARK, ReadConfig.of(folder.resolve("a.jsonl").toString())));

    assertEquals(
        "the input %s does not exist; its folder %s has nothing of a similar name"
            .formatted(folder.resolve("a.jsonl"), folder),
        e.getMessage());
  }

  @Test
  void theSharedRealFileReadsWithoutRejectionWhereItIsThere() {
    Path here = Path.of("").toAbsolutePath();
    Path file = null;
    for (Path up = here; up != null && file == null; up = up.getParent()) {
      Path candidate = up.resolve("shared/data/long-instructions.jsonl");
      file = Files.exists(candidate) ? candidate : null;
    }
    assumeTrue(file != null, "no shared data beside the checkout");

    List<Row> rows = read(file.toString());

    assertEquals(60, rows.size());
    assertEquals(1, rows.stream().map(row -> text(row, RecordColumns.REASON)).distinct().count());
    assertNull(text(rows.get(0), RecordColumns.REASON));
    assertEquals(
        "How long will Driver's Ed courses be valid for?",
        text(rows.get(0), RecordColumns.INSTRUCTION));
  }
}
