package io.gateau.pipeline.signals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.testing.BreakingFileSystem;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.StoredRows;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.score.ModelSignal;
import io.gateau.score.SampleStatus;
import io.gateau.score.SignalColumn;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of one signal: what tasks write is read back once, whatever happens in between. */
class SignalTableTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final ModelSignal SIGNAL = TestRun.LONG_LOSS;
  private static final List<SignalColumn> COLUMNS = SIGNAL.signal().columns();
  private static final SignalKey KEY = new SignalKey("response-loss", "{\"signal\":\"x\"}");

  @TempDir Path folder;

  @AfterEach
  void mends() {
    BreakingFileSystem.mend();
  }

  private Path signals() {
    return folder.resolve("signals");
  }

  private SignalTable table() {
    return table(signals().toString());
  }

  private static SignalTable table(String signals) {
    return new SignalTable(SPARK, new org.apache.hadoop.fs.Path(signals), KEY);
  }

  private List<Path> files() throws IOException {
    return new TestRun(folder).signalFiles();
  }

  /** The folder of the table. */
  private Path place() {
    return signals().resolve(KEY.folder());
  }

  private static List<String> keys(SignalTable table) {
    return SignalTable.distinct(table.stored(COLUMNS)).collectAsList().stream()
        .map(row -> row.<String>getAs(SignalColumns.CONTENT_KEY))
        .sorted()
        .toList();
  }

  private static StoredSignal row(String contentKey) {
    return StoredRows.row(contentKey, SIGNAL, 1.5, StoredRows.floats(1, 2));
  }

  /** One file per row, {@code files} of them. */
  private List<String> fill(int files) throws IOException {
    List<String> keys = new ArrayList<>();
    for (int i : IntStream.range(0, files).toArray()) {
      keys.add("r%02d".formatted(i));
      StoredRows.store(place(), row(keys.get(i)));
    }
    return keys;
  }

  /* Samples that were scored together may have taken longer than the interval: none of them waits. */
  @Test
  void rowsThatWereScoredTogetherAreStoredTogether() throws IOException {
    SignalWriter writer =
        new SignalWriter(
            Map.of(SIGNAL.name(), place().toString()),
            "run",
            SPARK.sessionState().newHadoopConf(),
            /* checkpointSeconds= */ 0);
    writer.add(List.of(row("a"), row("b"), row("c")));

    assertEquals(List.of("a", "b", "c"), keys(table()));
    assertEquals(1, writer.files());
    assertEquals(1, table().files("run"));
    assertEquals(0, table().files("another"));
    try (var files = Files.list(place())) {
      assertEquals(1, files.filter(file -> file.toString().endsWith(".parquet")).count());
    }
  }

  @Test
  void aRowIsReadAsItWasStored() throws IOException {
    StoredRows.store(
        place(),
        StoredRows.row(
            "x",
            SIGNAL,
            SampleStatus.NON_FINITE,
            Double.NaN,
            StoredRows.floats(0.1f, Float.POSITIVE_INFINITY)));

    Row row = SignalTable.distinct(table().stored(COLUMNS)).first();

    assertEquals(
        List.of(
            "content_key",
            "status",
            "context_tokens",
            "response_tokens",
            "sequence_tokens",
            "truncated",
            "error",
            "loss",
            "token_loss"),
        List.of(row.schema().fieldNames()));
    assertEquals("x", row.getAs("content_key"));
    assertEquals("non-finite", row.getAs("status"));
    assertEquals(20, row.<Integer>getAs("context_tokens"));
    assertEquals(5, row.<Integer>getAs("response_tokens"));
    assertEquals(60, row.<Integer>getAs("sequence_tokens"));
    assertFalse(row.<Boolean>getAs("truncated"));
    assertEquals(Double.NaN, row.<Double>getAs("loss"));
    assertEquals(List.of(0.1f, Float.POSITIVE_INFINITY), row.getList(8));
  }

  @Test
  void numbersOfDoublePrecisionAndMissingOnesAreReadAsTheyWereStored() throws IOException {
    ModelSignal segments = TestRun.SEGMENT_LOSS;
    StoredRows.store(
        place(),
        StoredRows.row("a", segments, StoredRows.doubles(0.1, Double.NaN)),
        StoredRows.row("b", segments, SampleStatus.TOO_SHORT));

    Map<String, Row> rows =
        SignalTable.distinct(table().stored(segments.signal().columns())).collectAsList().stream()
            .collect(Collectors.toMap(row -> row.getAs("content_key"), Function.identity()));

    assertEquals(List.of(0.1, Double.NaN), rows.get("a").getList(7));
    assertEquals("too-short", rows.get("b").getAs("status"));
    assertTrue(rows.get("b").isNullAt(7));
  }

  @Test
  void failedAttemptsAreFoundByTheirStatus() throws IOException {
    StoredRows.store(
        place(),
        StoredRows.row("a", SIGNAL, SampleStatus.OUT_OF_MEMORY),
        StoredRows.row("b", SIGNAL, SampleStatus.FAILED),
        row("c"));
    assertEquals(
        List.of("b"),
        table().withStatus(Set.of(SampleStatus.FAILED)).as(Encoders.STRING()).collectAsList());
  }

  /* Whichever file is read first, in how many parts, before and after a merge. */
  @Test
  void ofRowsThatDifferByRoundingAllReadersGetTheSame() throws IOException {
    StoredRows.store(place(), StoredRows.row("a", SIGNAL, SampleStatus.OUT_OF_MEMORY), row("b"));
    double loss = 1;
    for (int i = 0; i < 70; i++) {
      loss = Math.nextUp(loss);
      StoredRows.store(
          place(), StoredRows.row("a", SIGNAL, i == 33 ? 1.0 : loss, StoredRows.floats(i)));
    }
    List<Row> whole =
        SignalTable.distinct(table().stored(COLUMNS)).orderBy("content_key").collectAsList();
    List<Row> narrow =
        SignalTable.distinct(table().stored(COLUMNS.subList(0, 1)))
            .orderBy("content_key")
            .collectAsList();

    assertEquals(1.0, whole.get(0).<Double>getAs("loss"));
    assertEquals(List.of(33f), whole.get(0).getList(8));
    assertEquals(1.0, narrow.get(0).<Double>getAs("loss"));
    table().mergeSmallFiles();
    assertEquals(
        whole,
        SignalTable.distinct(table().stored(COLUMNS)).orderBy("content_key").collectAsList());
  }

  @Test
  void aStoreThatIsNotThereHasNoRows() {
    assertEquals(List.of(), keys(table()));
  }

  @Test
  void upToSixtyFourFilesAreLeftAlone() throws IOException {
    fill(64);

    table().mergeSmallFiles();

    assertEquals(64, files().size());
  }

  @Test
  void moreAreMergedAndNothingIsLost() throws IOException {
    List<String> ids = fill(65);
    SignalTable store = table();

    store.mergeSmallFiles();

    assertEquals(1, files().size());
    assertEquals(ids, keys(store));
  }

  @Test
  void aKillBetweenMergedFilesAndSmallOnesLosesAndDoublesNothing() throws IOException {
    BreakingFileSystem.register(SPARK);
    List<String> ids = fill(65);
    SignalTable store = table("breaking:" + signals());
    List<String> deleted = new ArrayList<>();
    BreakingFileSystem.fail(
        (operation, path) -> {
          boolean small = operation.equals("delete") && path.getName().startsWith("scored-");
          if (small) {
            deleted.add(path.getName());
          }
          return small && deleted.size() > 20;
        });

    UncheckedIOException failure = assertThrows(UncheckedIOException.class, store::mergeSmallFiles);

    assertTrue(
        failure.getMessage().startsWith("cannot merge the files of breaking:"),
        failure.getMessage());
    assertEquals(46, files().size());
    assertEquals(ids, keys(store));

    BreakingFileSystem.mend();
    fill(20);
    store.mergeSmallFiles();
    assertEquals(ids, keys(store));
    assertEquals(1, files().size());
  }

  @Test
  void aKillBeforeTheMergedFilesAreInPlaceLosesNothing() throws IOException {
    BreakingFileSystem.register(SPARK);
    List<String> ids = fill(65);
    SignalTable store = table("breaking:" + signals());
    BreakingFileSystem.fail(
        (operation, path) -> operation.equals("rename") && path.getName().startsWith("merged-"));

    assertThrows(UncheckedIOException.class, store::mergeSmallFiles);

    assertEquals(65, files().size());
    assertEquals(ids, keys(store));
  }

  @Test
  void aLargeFileIsNotWrittenAnew() throws IOException {
    fill(65);
    Path large = files().get(0);
    // With zeros at its end it is no Parquet any more: whoever opens it fails.
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(33L << 20);
    }
    StoredRows.store(place(), row("one more"));

    table().mergeSmallFiles();

    assertTrue(Files.exists(large), "a large file must stay");
    assertEquals(2, files().size());
  }

  @Test
  void aSecondMergeDoesNothing() throws IOException {
    fill(70);
    table().mergeSmallFiles();
    List<Path> merged = files();

    table().mergeSmallFiles();

    assertEquals(merged, files());
  }

  /* Spark would read the others, and the merge would delete them all. */
  @Test
  void nothingIsMergedWithADamagedFileWhateverTheSessionPassesOver() throws IOException {
    for (String setting : List.of("ignoreCorruptFiles", "ignoreMissingFiles")) {
      SPARK.conf().set("spark.sql.files." + setting, "true");
    }
    try {
      fill(70);
      Path damaged = files().get(30);
      Files.writeString(damaged, "PAR1 but nothing else of it PAR1");
      List<Path> all = files();

      table().mergeSmallFiles();

      assertEquals(all, files(), "all files stay");
      assertEquals(69, keys(table()).size(), "the others can be read");
      try (var left = Files.list(place())) {
        assertEquals(
            List.of(), left.filter(file -> file.toString().contains("merge")).toList(), "left");
      }
      Files.delete(damaged);
      table().mergeSmallFiles();
      assertEquals(1, files().size());
      assertEquals(69, keys(table()).size());
    } finally {
      for (String setting : List.of("ignoreCorruptFiles", "ignoreMissingFiles")) {
        SPARK.conf().unset("spark.sql.files." + setting);
      }
    }
  }

  @Test
  void filesOfEarlierVersionsAreMergedAmongThemselves() throws IOException {
    List<String> keys = fill(70);
    Path old = folder.resolve("old");
    table()
        .stored(COLUMNS.subList(0, 1))
        .drop(SignalColumns.ERROR)
        .coalesce(1)
        .write()
        .parquet(old.toString());
    try (var parts = Files.list(old)) {
      Path part = parts.filter(file -> file.toString().endsWith(".parquet")).findFirst().get();
      Files.move(part, place().resolve("old.parquet"));
    }

    table().mergeSmallFiles();

    assertEquals(2, files().size(), "a file for each schema");
    assertEquals(keys, keys(table()));
    assertEquals(140, table().stored(COLUMNS).count(), "no row is lost");
  }
}
