package io.gateau.pipeline.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.testing.ReadRows;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRecordsTest {
  private static final SparkSession SPARK = SparkTestSession.spark();

  @TempDir Path folder;

  private static List<Row> read(String... input) {
    List<Row> rows = new ArrayList<>();
    LocalRecords.forEach(ReadConfig.of(input), new Configuration(), rows::add);
    return rows;
  }

  @Test
  void theRowsAreThoseThatSparkReads() throws IOException {
    TestFiles.write(
        folder, "a.jsonl", TestFiles.good("one") + "\nno json\n\n" + TestFiles.good("two"));
    TestFiles.write(folder, "b.json", "[%s,%n {\"id\": 3}]".formatted(TestFiles.good("three")));
    TestFiles.write(
        folder, "c.jsonl.gz", TestFiles.gzip(TestFiles.good("4").getBytes(StandardCharsets.UTF_8)));
    SPARK
        .sql(
            "select 'doc' context, 'ask' instruction, 'answer' response union all select 'd', 'a', null")
        .coalesce(1)
        .write()
        .parquet(folder.resolve("d").toString());

    List<Row> here = read(folder.toString());
    List<Row> spark = ReadRows.read(folder.toString());

    assertEquals(8, here.size(), "three lines, two elements, one packed line, two rows");
    assertEquals(
        spark.stream().map(row -> row.mkString("|")).toList(),
        here.stream().map(row -> row.mkString("|")).toList());
  }

  @Test
  void whatIsNoFileOrBrokenIsToldAsSparkTellsIt() throws IOException {
    assertTrue(
        assertThrows(InputException.class, () -> read("table:lake.qa"))
            .getMessage()
            .startsWith("table:lake.qa is a table, and tables are read by Spark only;"));
    Path broken = Files.writeString(folder.resolve("x.parquet"), "no parquet");
    String message = assertThrows(InputException.class, () -> read(broken.toString())).getMessage();
    assertTrue(message.startsWith(broken + " is not a readable Parquet file ("), message);
    assertEquals(
        ReadRows.refused(() -> ReadRows.read(folder + "/none.jsonl")).getMessage(),
        assertThrows(InputException.class, () -> read(folder + "/none.jsonl")).getMessage());
  }
}
