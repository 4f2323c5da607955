package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.testing.BreakingFileSystem;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestSample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFolderTest {
  private static final SparkSession SPARK = SparkTestSession.spark();

  @TempDir Path folder;

  @AfterEach
  void mends() {
    BreakingFileSystem.mend();
  }

  private Path out() {
    return folder.resolve("out");
  }

  private OutputFolder open() {
    return OutputFolder.at(SPARK, out().toString());
  }

  private static Dataset<Row> rows(long count) {
    return SPARK.range(count).toDF();
  }

  private long count(String table) {
    return SPARK.read().parquet(out().resolve(table).toString()).count();
  }

  private List<String> names() {
    return Arrays.stream(out().toFile().list())
        .filter(name -> !name.startsWith("."))
        .sorted()
        .toList();
  }

  @Test
  void openingAFolderThatIsNotThereMakesNothing() {
    assertEquals("", open().manifest());
    assertTrue(Files.notExists(out()));
  }

  @Test
  void aFileInItsPlaceIsRefused() throws IOException {
    Files.writeString(out(), "a file");

    assertEquals(
        "output " + out() + " is a file; name a folder, which need not exist yet",
        assertThrows(InputException.class, this::open).getMessage());
    assertEquals("a file", Files.readString(out()));
  }

  @Test
  void aTableThatNoRunMadeIsRefusedAndKept() throws IOException {
    Path precious = Files.createDirectories(out().resolve("scores")).resolve("music.txt");
    Files.writeString(precious, "la la");

    assertEquals(
        "output "
            + out()
            + " already has a folder scores that no run made (there is no manifest.json); name another folder",
        assertThrows(InputException.class, this::open).getMessage());
    assertEquals("la la", Files.readString(precious));
  }

  @Test
  void aNameThatReadersTakeForAPatternIsRefused() {
    assertEquals(
        "output 'out[1]' is blank or holds one of [ ] { } * ? \\; name a plain folder",
        assertThrows(InputException.class, () -> OutputFolder.at(SPARK, "out[1]")).getMessage());
  }

  private static void replace(OutputFolder run, Map<String, Dataset<Row>> tables) {
    Map<String, TableReplacement.Writer> writers = new LinkedHashMap<>();
    tables.forEach((name, rows) -> writers.put(name, path -> rows.write().parquet(path)));
    run.replaceSelection(OutputFolder.UNNAMED, writers);
  }

  @Test
  void aTableIsReplacedAndNothingElseRemains() {
    OutputFolder run = open();
    replace(run, Map.of("scores", rows(3), "rejected", rows(1)));
    run.replaceManifest("{}");
    replace(run, Map.of("scores", rows(5)));

    assertEquals(5, count("scores"));
    assertEquals(1, count("rejected"));
    assertEquals("{}", open().manifest());
    assertEquals(List.of("manifest.json", "rejected", "scores"), names());
  }

  @Test
  void aTableThatCannotBeWrittenLeavesAllOldOnes() {
    OutputFolder run = open();
    replace(run, Map.of("scores", rows(3), "selected", rows(2)));
    Map<String, Dataset<Row>> next = new LinkedHashMap<>();
    next.put("scores", rows(5));
    next.put("selected", rows(5).select(functions.raise_error(functions.lit("no such row"))));

    assertThrows(Exception.class, () -> replace(run, next));

    assertEquals(3, count("scores"));
    assertEquals(2, count("selected"));
    assertEquals(List.of("scores", "selected"), names());
  }

  @Test
  void aRenameThatFailsPutsTheOldTableBack() {
    BreakingFileSystem.register(SPARK);
    OutputFolder run = OutputFolder.at(SPARK, "breaking:" + out());
    replace(run, Map.of("scores", rows(3)));
    int[] renames = new int[1];
    BreakingFileSystem.fail(
        (operation, path) ->
            operation.equals("rename") && path.getName().equals("scores") && renames[0]++ == 0);

    UncheckedIOException failure =
        assertThrows(UncheckedIOException.class, () -> replace(run, Map.of("scores", rows(5))));

    assertEquals(
        "cannot replace the tables of breaking:" + out() + ": the disk broke at rename scores",
        failure.getMessage());
    assertEquals(3, count("scores"));
    assertEquals(List.of("scores"), names());
  }

  @Test
  void anOutputInsideItsInputIsRefused() throws IOException {
    TestSample.writeSamples(folder.resolve("in.jsonl"), TestSample.many(1));

    assertEquals(
        "output "
            + out()
            + " lies inside the input "
            + folder
            + ", so the next run would read what this one writes; name a folder outside",
        assertThrows(
                InputException.class,
                () -> open().requireApartFrom(SPARK, ReadConfig.of(folder.toString())))
            .getMessage());
    open().requireApartFrom(SPARK, ReadConfig.of(folder.resolve("in.jsonl").toString()));
    open().requireApartFrom(SPARK, ReadConfig.of(folder + "/*.jsonl"));
  }

  @Test
  void anInputThatTheRunWouldReplaceIsRefused() throws IOException {
    String input = TestSample.writeSamples(out().resolve("signals/in.jsonl"), TestSample.many(1));

    assertEquals(
        "the input "
            + input
            + " is part of the output "
            + out()
            + ", which a run replaces; name another output",
        assertThrows(
                InputException.class,
                () -> open().requireApartFrom(SPARK, ReadConfig.of(folder + "/*/signals")))
            .getMessage());
  }
}
