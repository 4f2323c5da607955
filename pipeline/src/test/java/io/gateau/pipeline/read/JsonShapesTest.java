package io.gateau.pipeline.read;

import static io.gateau.pipeline.testing.ReadRows.column;
import static io.gateau.pipeline.testing.ReadRows.read;
import static io.gateau.pipeline.testing.ReadRows.text;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.testing.TestFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines, arrays and mixtures of both, told apart by the name of the file. */
class JsonShapesTest {
  @TempDir Path folder;

  @Test
  void linesAreLinesWhateverTheFirstOneHolds() throws IOException {
    for (String name : List.of("a.jsonl", "A.NDJSON", "a.jsonl.gz", "a.ndjson.zst", "a.json")) {
      StringBuilder lines = new StringBuilder("[1]\n");
      for (int i = 0; i < 6; i++) {
        lines.append(TestFiles.good("" + i)).append('\n');
      }
      byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
      byte[] stored =
          name.endsWith("gz")
              ? TestFiles.gzip(bytes)
              : name.endsWith("zst") ? TestFiles.zstd(bytes) : bytes;
      List<Row> rows = read(TestFiles.write(folder, name, stored));

      assertEquals(
          Arrays.asList("wrong-type", null, null, null, null, null, null),
          column(rows, RecordColumns.REASON),
          name);
      assertEquals(List.of("0", "1", "2"), column(rows, RecordColumns.ID).subList(1, 4), name);
    }
  }

  @Test
  void anArrayInAFileOfLinesIsOneRecordALineAndSaysHowToMendIt() throws IOException {
    String array = "[" + TestFiles.good("x") + ", " + TestFiles.good("y") + "]";
    String file = TestFiles.write(folder, "a.jsonl", array + "\n" + TestFiles.good("z"));

    List<Row> rows = read(file);

    assertEquals(List.of("a.jsonl:1", "z"), column(rows, RecordColumns.ID));
    assertEquals(
        "the record is an array, not an object; arrays of records are read only at the beginning of a file named .json",
        text(rows.get(0), RecordColumns.DETAIL));
  }

  @Test
  void whatFollowsAnArrayIsReadArrayByArrayAndThenLineByLine() throws IOException {
    String noId = "{\"input\": \"doc\", \"instruction\": \"ask\", \"output\": \"answer\"}";
    String array = "[" + noId + ", " + noId + "]";
    String file =
        TestFiles.write(
            folder,
            "a.json",
            array + array + "\n" + array + noId + "\n" + noId + "\n[1]\n" + noId + "\nx\n");

    List<Row> rows = read(file);

    assertEquals(
        List.of(
            "a.json[0]",
            "a.json[1]",
            "a.json[2]",
            "a.json[3]",
            "a.json[4]",
            "a.json[5]",
            "a.json:2",
            "a.json:3",
            "a.json:4",
            "a.json:5",
            "a.json:6"),
        column(rows, RecordColumns.ID));
    List<String> reasons = new ArrayList<>(Collections.nCopies(11, null));
    reasons.set(8, "wrong-type");
    reasons.set(10, "broken-json");
    assertEquals(reasons, column(rows, RecordColumns.REASON));
  }
}
