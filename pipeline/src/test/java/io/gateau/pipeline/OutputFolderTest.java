package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.lease.OutputLease;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.tables.TableReplacement;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputFolderTest {
  private static final SparkSession SPARK = SparkTestSession.spark();

  @TempDir Path folder;

  @AfterEach
  void mends() {
    BreakingFileSystem.actAsObjectStore(false);
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
    run.replaceSelection(OutputFolder.UNNAMED, writers, () -> "{\"score\":{}}");
  }

  @Test
  void aTableIsReplacedAndNothingElseRemains() {
    OutputFolder run = open();
    replace(run, Map.of("scores", rows(3), "rejected", rows(1)));
    run.replaceManifest("{}");
    assertEquals("{}", open().manifest());
    replace(run, Map.of("scores", rows(5)));

    assertEquals(5, count("scores"));
    assertEquals(1, count("rejected"));
    assertEquals("{\"score\":{}}", open().manifest());
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
    assertEquals(List.of("manifest.json", "scores", "selected"), names());
  }

  /* Whatever is done last before a kill: the next run finds all tables old, or makes all new. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aProcessThatIsKilledAtAnyStepLeavesOneStateOrTheOther(boolean objectStore) {
    BreakingFileSystem.register(SPARK);
    BreakingFileSystem.actAsObjectStore(objectStore);
    OutputFolder run = OutputFolder.at(SPARK, "breaking:" + out());
    int switched = 0;
    int kept = 0;
    boolean killed = true;
    for (int steps = 0; killed; steps++) {
      replaceAll(run, 3, "{\"old\":1}");
      int last = steps;
      AtomicInteger done = new AtomicInteger();
      AtomicBoolean writing = new AtomicBoolean(true);
      BreakingFileSystem.fail((operation, path) -> !writing.get() && done.incrementAndGet() > last);
      try {
        Map<String, TableReplacement.Writer> writers = new LinkedHashMap<>();
        for (String table : List.of("scores", "selected")) {
          writers.put(table, path -> rows(5).write().parquet(path));
        }
        run.replaceSelection(
            OutputFolder.UNNAMED,
            writers,
            () -> {
              writing.set(false);
              return "{\"new\":1}";
            });
        killed = false;
      } catch (UncheckedIOException e) {
        assertTrue(e.getMessage().contains("the disk broke at"), e.getMessage());
      }
      BreakingFileSystem.mend();
      String promised = run.manifest();
      run.lease("select").close();

      boolean isNew = count("scores") == 5;
      assertEquals(isNew ? 5 : 3, count("selected"), "after " + steps + " steps");
      assertEquals(isNew ? "{\"new\":1}" : "{\"old\":1}", run.manifest());
      assertEquals(run.manifest(), promised, "readers between the two");
      assertTrue(isNew || killed, "a switch that came to its end");
      switched += isNew ? 1 : 0;
      kept += isNew ? 0 : 1;
    }
    assertTrue(kept > 0 && switched > 1, "%d kept, %d switched".formatted(kept, switched));
    assertEquals(
        List.of("manifest.json", "scores", "selected"),
        names().stream().filter(name -> !name.startsWith("_")).toList());
  }

  private static void replaceAll(OutputFolder run, int rows, String manifest) {
    Map<String, TableReplacement.Writer> writers = new LinkedHashMap<>();
    for (String table : List.of("scores", "selected")) {
      writers.put(table, path -> rows(rows).write().parquet(path));
    }
    run.replaceSelection(OutputFolder.UNNAMED, writers, () -> manifest);
  }

  @Test
  void aFolderInUseIsRefusedAndFreeAfterwards() {
    OutputFolder run = open();
    try (OutputLease held = run.lease("score")) {
      held.requireHeld();
      String message =
          assertThrows(InputException.class, () -> open().lease("select")).getMessage();
      assertTrue(message.startsWith("output " + out() + " is in use by gateau score on "), message);
      assertTrue(message.endsWith("; wait for its end, or name another output"), message);
    }
    open().lease("select").close();
    assertEquals(List.of(), names());
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
