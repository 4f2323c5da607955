package io.gateau.pipeline.signals;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.testing.BreakingFileSystem;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.StoredRows;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.score.LongSignals;
import io.gateau.score.SampleStatus;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignalStoreTest {
  private static final SparkSession SPARK = SparkTestSession.spark();

  @TempDir Path folder;

  @AfterEach
  void mends() {
    BreakingFileSystem.mend();
  }

  private Path signals() {
    return folder.resolve("signals");
  }

  private SignalStore store() {
    return store(signals().toString());
  }

  private static SignalStore store(String signals) {
    return new SignalStore(SPARK, new org.apache.hadoop.fs.Path(signals));
  }

  private static List<String> ids(SignalStore store) {
    return store.rows().collectAsList().stream()
        .map(row -> row.<String>getAs(RecordColumns.ID))
        .sorted()
        .toList();
  }

  /** One file per row, {@code files} of them. */
  private List<String> fill(int files) throws IOException {
    List<String> ids = new ArrayList<>();
    for (int i : IntStream.range(0, files).toArray()) {
      ids.add("r%02d".formatted(i));
      StoredRows.store(signals(), StoredRows.row(ids.get(i)));
    }
    return ids;
  }

  /* Samples that were scored together may have taken longer than the interval: none of them waits. */
  @Test
  void rowsThatWereScoredTogetherAreStoredTogether() throws IOException {
    SignalWriter writer =
        new SignalWriter(
            signals().toString(), SPARK.sessionState().newHadoopConf(), /* checkpointSeconds= */ 0);
    writer.add(List.of(StoredRows.row("a"), StoredRows.row("b"), StoredRows.row("c")));

    assertEquals(List.of("a", "b", "c"), ids(store()));
    try (var files = Files.list(signals())) {
      assertEquals(1, files.filter(file -> file.toString().endsWith(".parquet")).count());
    }
  }

  @Test
  void aRowIsReadAsItWasStored() throws IOException {
    double[] perplexity = {1.5, Double.NaN};
    double[] attention = {0.1, Double.POSITIVE_INFINITY};
    StoredRows.store(
        signals(),
        StoredRows.row(
            "x",
            SampleStatus.NON_FINITE,
            Double.POSITIVE_INFINITY,
            new LongSignals(Double.NaN, perplexity, attention)));

    Row row = store().rows().first();

    assertEquals(SignalColumns.SCHEMA.fieldNames().length, row.size());
    assertEquals("x", row.getAs("id"));
    assertNull(row.getAs("source"));
    assertEquals("non-finite", row.getAs("status"));
    assertEquals(60, row.<Integer>getAs("sequence_tokens"));
    assertEquals(Double.POSITIVE_INFINITY, row.<Double>getAs("short_ppl"));
    assertEquals(Double.NaN, row.<Double>getAs("long_ppl"));
    assertArrayEquals(perplexity, TestRun.doubles(row, "segment_ppl"));
    assertArrayEquals(attention, TestRun.doubles(row, "segment_attention"));
    assertEquals("short of x", row.getAs("short_key"));
    assertEquals("long of x", row.getAs("long_key"));
  }

  @Test
  void aStoreThatIsNotThereHasNoRows() {
    assertEquals(List.of(), ids(store()));
  }

  @Test
  void upToSixtyFourFilesAreLeftAlone() throws IOException {
    fill(64);

    store().mergeSmallFiles();

    assertEquals(64, new TestRun(folder).signalFiles().size());
  }

  @Test
  void moreAreMergedAndNothingIsLost() throws IOException {
    List<String> ids = fill(65);
    SignalStore store = store();

    store.mergeSmallFiles();

    assertEquals(1, new TestRun(folder).signalFiles().size());
    assertEquals(ids, ids(store));
  }

  @Test
  void aKillBetweenMergedFilesAndSmallOnesLosesAndDoublesNothing() throws IOException {
    BreakingFileSystem.register(SPARK);
    List<String> ids = fill(65);
    SignalStore store = store("breaking:" + signals());
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
    assertEquals(46, new TestRun(folder).signalFiles().size());
    assertEquals(ids, ids(store));

    BreakingFileSystem.mend();
    fill(20);
    store.mergeSmallFiles();
    assertEquals(ids, ids(store));
    assertEquals(1, new TestRun(folder).signalFiles().size());
  }

  @Test
  void aKillBeforeTheMergedFilesAreInPlaceLosesNothing() throws IOException {
    BreakingFileSystem.register(SPARK);
    List<String> ids = fill(65);
    SignalStore store = store("breaking:" + signals());
    BreakingFileSystem.fail(
        (operation, path) -> operation.equals("rename") && path.getName().startsWith("merged-"));

    assertThrows(UncheckedIOException.class, store::mergeSmallFiles);

    assertEquals(65, new TestRun(folder).signalFiles().size());
    assertEquals(ids, ids(store));
  }

  @Test
  void aLargeFileIsNotWrittenAnew() throws IOException {
    fill(65);
    Path large = new TestRun(folder).signalFiles().get(0);
    // With zeros at its end it is no Parquet any more: whoever opens it fails.
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(33L << 20);
    }
    StoredRows.store(signals(), StoredRows.row("one more"));

    store().mergeSmallFiles();

    assertTrue(Files.exists(large), "a large file must stay");
    assertEquals(2, new TestRun(folder).signalFiles().size());
  }
}
