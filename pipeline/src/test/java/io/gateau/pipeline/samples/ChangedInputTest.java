package io.gateau.pipeline.samples;

import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An input that changes between scoring and fetching is an error that says where. */
class ChangedInputTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final List<String> SCORED =
      List.of(TestFiles.good("x"), TestFiles.good("y"), TestFiles.good("z"));

  @TempDir Path folder;

  /** Keeps the folder from being empty when the file is gone. */
  @BeforeEach
  void writeAnotherFile() throws IOException {
    TestFiles.write(folder.resolve("in"), "other.jsonl", "[1]");
  }

  private String write(String name, List<String> records) throws IOException {
    Path in = folder.resolve("in");
    byte[] lines = String.join("\n", records).getBytes(StandardCharsets.UTF_8);
    if (name.endsWith(".parquet")) {
      return writeParquet(in.resolve(name), records);
    }
    return TestFiles.write(
        in,
        name,
        name.endsWith(".gz")
            ? TestFiles.gzip(lines)
            : name.endsWith(".zst") ? TestFiles.zstd(lines) : lines);
  }

  private String writeParquet(Path file, List<String> records) throws IOException {
    Path directory = folder.resolve("spark");
    SPARK
        .read()
        .json(SPARK.createDataset(records, Encoders.STRING()))
        .coalesce(1)
        .write()
        .mode("overwrite")
        .parquet(directory.toString());
    try (Stream<Path> files = Files.list(directory)) {
      Files.deleteIfExists(file);
      Files.move(
          files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow(), file);
    }
    return file.toString();
  }

  private ReadConfig config() {
    return ReadConfig.of(folder.resolve("in").toString());
  }

  /** The narrow rows of the input as it is now, which later changes do not reach. */
  private Dataset<Row> scored() {
    return SPARK.createDataFrame(
        SampleTable.of(SampleReader.read(SPARK, config()))
            .where(col(RecordColumns.REASON).isNull())
            .collectAsList(),
        SampleColumns.SCHEMA);
  }

  /** The message of the error that the command line shows: the first for users in the chain. */
  private String error(Dataset<Row> rows) {
    Throwable thrown =
        assertThrows(
            Exception.class, () -> OriginalRecords.fetch(SPARK, rows, config()).collectAsList());
    while (thrown != null && !(thrown instanceof InputException)) {
      thrown = thrown.getCause();
    }
    return thrown == null ? "no InputException" : thrown.getMessage();
  }

  private static String changed(String file, int line) {
    return "%s:%d is not what was scored: the input has changed since; run gateau score again on it"
        .formatted(file, line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.parquet"})
  void aTextThatIsAnotherOneIsNamed(String name) throws IOException {
    String file = write(name, SCORED);
    Dataset<Row> rows = scored();
    write(name, List.of(SCORED.get(0), TestFiles.good("y").replace("doc", "Doc"), SCORED.get(2)));

    assertEquals(changed(file, 2), error(rows));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.parquet"})
  void aFileThatIsShorterIsNamed(String name) throws IOException {
    String file = write(name, SCORED);
    Dataset<Row> rows = scored();
    write(name, SCORED.subList(0, 2));

    assertEquals(changed(file, 3), error(rows));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.parquet"})
  void aFileThatIsGoneIsNamed(String name) throws IOException {
    String file = write(name, SCORED.subList(0, 1));
    Dataset<Row> rows = scored();
    Files.delete(Path.of(file));

    assertEquals(changed(file, 1), error(rows));
  }

  @Test
  void recordsThatMovedOrAreNoLongerUtf8AreNamed() throws IOException {
    String file = write("a.jsonl", SCORED);
    Dataset<Row> rows = scored();

    write("a.jsonl", Stream.concat(Stream.of(" "), SCORED.stream()).toList());
    assertEquals(changed(file, 1), error(rows));

    byte[] latin =
        SCORED.get(0).replace("\"x\"", "\"\u00e9\"").getBytes(StandardCharsets.ISO_8859_1);
    TestFiles.write(folder.resolve("in"), "a.jsonl", latin);
    assertEquals(changed(file, 1), error(rows));
  }

  @Test
  void anIdMayChangeForItIsNoPartOfTheKey() throws IOException {
    write("a.jsonl", SCORED.subList(0, 1));
    Dataset<Row> rows = scored();
    String other = SCORED.get(0).replace("\"x\"", "\"w\"");
    write("a.jsonl", List.of(other));

    assertEquals(
        other, OriginalRecords.fetch(SPARK, rows, config()).first().getAs(RecordColumns.ORIGINAL));
  }
}
