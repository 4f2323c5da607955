package io.gateau.pipeline.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.testing.CountingFileSystem;
import io.gateau.pipeline.testing.ReadRows;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many tasks read the input. */
class ReadTasksTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final String TASK_BYTES = "spark.sql.files.maxPartitionBytes";
  private static final String OPEN_COST = "spark.sql.files.openCostInBytes";

  @TempDir Path folder;

  @BeforeAll
  static void register() {
    CountingFileSystem.register(SPARK);
  }

  @AfterEach
  void restore() {
    SPARK.conf().unset(TASK_BYTES);
    SPARK.conf().unset(OPEN_COST);
  }

  private static String lines(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> TestFiles.good("%06d".formatted(i)) + (i % 7 == 0 ? "\r\n\n" : "\n"))
        .collect(Collectors.joining());
  }

  private Dataset<Row> read() {
    return SampleReader.read(SPARK, ReadConfig.of("counting:" + folder + "/*"));
  }

  @Test
  void severalTasksReadALargeFileAndItsRowsAreThoseOfOneTask() throws IOException {
    String text = lines(1_000);
    TestFiles.write(folder, "a.jsonl", text);
    TestFiles.write(folder, "b.json", text);
    List<Row> whole = ReadRows.inOrder(read());
    assertEquals(2_000, whole.size());

    SPARK.conf().set(OPEN_COST, "0");
    SPARK.conf().set(TASK_BYTES, text.length() / 10);
    Dataset<Row> divided = read();

    int tasks = divided.javaRDD().getNumPartitions();
    assertTrue(tasks == 20 || tasks == 22, tasks + " tasks");
    assertEquals(whole, ReadRows.inOrder(divided));
    List<Integer> sizes =
        divided
            .javaRDD()
            .mapPartitions(
                rows -> {
                  int n = 0;
                  for (; rows.hasNext(); rows.next()) {
                    n++;
                  }
                  return List.of(n).iterator();
                })
            .collect();
    assertTrue(Collections.max(sizes) < 120, sizes.toString());
  }

  @Test
  void oneTaskReadsSeveralSmallFilesWhoseLinesAreNotCounted() throws IOException {
    for (int i = 0; i < 300; i++) {
      byte[] line = TestFiles.good("" + i).getBytes(StandardCharsets.UTF_8);
      TestFiles.write(folder, i + ".jsonl", line);
      TestFiles.write(folder, i + ".json.gz", TestFiles.gzip(line));
    }
    CountingFileSystem.reset();

    Dataset<Row> rows = read();

    assertEquals(List.of(), CountingFileSystem.opened());
    int tasks = rows.javaRDD().getNumPartitions();
    assertTrue(tasks >= 2 && tasks <= 25, tasks + " tasks");
    assertEquals(600, rows.count());
    assertEquals(600, CountingFileSystem.opened().size());
  }

  @Test
  void aFileWithAnArrayAndACompressedFileAreOneTaskEach() throws IOException {
    String elements = lines(100).replaceAll("\\}\\s+", "},\n");
    TestFiles.write(folder, "a.json", "\n [" + elements.substring(0, elements.length() - 2) + "]");
    TestFiles.write(
        folder, "b.jsonl.gz", TestFiles.gzip(lines(100).getBytes(StandardCharsets.UTF_8)));
    SPARK.conf().set(OPEN_COST, "0");
    SPARK.conf().set(TASK_BYTES, "100");

    Dataset<Row> rows = read();

    assertEquals(2, rows.javaRDD().getNumPartitions());
    assertEquals(200, ReadRows.column(ReadRows.inOrder(rows), "id").size());
  }
}
