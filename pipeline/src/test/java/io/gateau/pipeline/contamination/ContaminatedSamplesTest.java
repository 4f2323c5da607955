package io.gateau.pipeline.contamination;

import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.samples.SampleTable;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContaminatedSamplesTest {
  private static final SparkSession SPARK = SparkTestSession.spark();

  @TempDir Path folder;

  private Path jsonl;

  @BeforeEach
  void writesAnEvaluationSet() throws IOException {
    jsonl = folder.resolve("bench.jsonl");
    Files.writeString(
        jsonl,
        "{\"idx\": 1, \"query\": \"Who wrote it?\","
            + " \"doc\": {\"pages\": [\"One two three, four five: six SEVEN.\"]}}\n");
  }

  private static TestSample sample(String id, String context, String instruction, String response) {
    return new TestSample(id, Optional.empty(), context, instruction, response);
  }

  private Map<String, String> find(ContaminationConfig config, TestSample... samples)
      throws IOException {
    ReadConfig records =
        ReadConfig.of(TestSample.writeSamples(folder.resolve("texts.jsonl"), List.of(samples)));
    Map<String, String> found = new TreeMap<>();
    ContaminatedSamples.find(
            SampleTable.of(SampleReader.read(SPARK, records))
                .filter(col(RecordColumns.REASON).isNull()),
            records,
            config)
        .collectAsList()
        .forEach(row -> found.put(row.getString(0), row.getString(1)));
    return found;
  }

  /*
   * The set holds "one two three four five six seven"; with six words in a row:
   *   a  the first six, in other case and with other punctuation, in its context
   *   b  the last six in its instruction
   *   c  five of them in its response: not found
   *   d  six of them over the end of its context and its instruction: not found
   */
  @Test
  void aMatchCountsWhateverCaseAndPunctuationButInOneTextOnly() throws IOException {
    Map<String, String> found =
        find(
            new ContaminationConfig(List.of(jsonl.toString()), 6),
            sample("a", "so: ONE two -- three\nfour (five) six eight", "q", "r"),
            sample("b", "x", "two three four five six seven?", "r"),
            sample("c", "x", "q", "three four five six seven"),
            sample("d", "one two three", "four five six", "r"));

    assertEquals(
        Map.of(
            "a",
            "shares 6 words with %s in its context: ONE two -- three four (five) six"
                .formatted(jsonl),
            "b",
            "shares 6 words with %s in its instruction: two three four five six seven"
                .formatted(jsonl)),
        found);
  }

  @Test
  void setsOfAllShapesAreReadAndTheFirstFileIsNamed() throws IOException {
    Path array = folder.resolve("array.json");
    Files.writeString(
        array, "[{\"q\": \"red blue green pink\"},\n {\"q\": \"one two three four\"}]");
    Path text = folder.resolve("lines.txt");
    Files.writeString(text, "up down left right\nnorth south\neast west near far\n");
    String parquet = folder.resolve("my [first] set.parquet").toString();
    SPARK
        .createDataset(List.of("spring summer autumn winter"), Encoders.STRING())
        .coalesce(1)
        .write()
        .parquet(parquet);

    Map<String, String> found =
        find(
            new ContaminationConfig(
                List.of(text.toString(), jsonl.toString(), array.toString(), parquet), 4),
            sample("a", "up down left right", "q", "r"),
            sample("b", "x", "q", "red blue green pink"),
            sample("c", "one two three four", "q", "r"),
            sample("d", "spring summer autumn winter", "q", "r"),
            sample("e", "north south east west", "q", "r"));

    assertEquals(List.of("a", "b", "c", "d"), List.copyOf(found.keySet()), found::toString);
    assertTrue(found.get("a").startsWith("shares 4 words with " + text + " in"), found::toString);
    assertTrue(found.get("b").startsWith("shares 4 words with " + array + " in"), found::toString);
    assertTrue(found.get("c").startsWith("shares 4 words with " + array + " in"), found::toString);
    assertTrue(found.get("d").contains("my [first] set.parquet"), found::toString);
  }

  /*
   * 13 words of nine letters and spaces are 129 characters, of which 100 are shown; a word of the
   * first file is found in it though a later file has it too.
   */
  @Test
  void theWordsAreShownOnOneLineAndCut() throws IOException {
    assertEquals("a b c", ContaminatedSamples.shown("a\n\tb\u0000\u202ec"));
    String words = "abcdefghi ".repeat(13).strip();
    Files.writeString(jsonl, "\"" + words + "\"\n");

    String detail =
        find(new ContaminationConfig(List.of(jsonl.toString())), sample("a", words, "q", "r"))
            .get("a");

    assertEquals(
        "shares 13 words with %s in its context: %s...".formatted(jsonl, words.substring(0, 100)),
        detail);
  }

  @Test
  void setsThatCannotBeReadOrHoldNothingAreRefused() throws IOException {
    assertEquals(
        "no text in %s has 13 words, so nothing can be excluded; use a lower --exclude-words"
            .formatted(jsonl),
        message(new ContaminationConfig(List.of(jsonl.toString()))));

    Files.writeString(jsonl, "{\"a\": 1}\n{broken\n");
    String broken = message(new ContaminationConfig(List.of(jsonl.toString()), 2));
    assertTrue(broken.contains(jsonl + ":2 is no JSON: "), broken);

    String missing =
        message(new ContaminationConfig(List.of(folder.resolve("gone.txt").toString())));
    assertEquals(
        "--exclude: %s/gone.txt does not exist; check the path, or its glob".formatted(folder),
        missing);
  }

  @Test
  void aFolderWithAFileThatIsNotReadIsRefused() throws IOException {
    Path sets = Files.createDirectory(folder.resolve("sets"));
    Files.writeString(sets.resolve("a.jsonl"), "\"one two three\"\n");
    Files.writeString(sets.resolve("bench.txt"), "four five six\n");
    String folders = message(new ContaminationConfig(List.of(sets.toString()), 3));
    assertTrue(folders.startsWith("--exclude would pass over 1 files, such as "), folders);
    assertTrue(folders.contains("bench.txt: in folders and globs only JSON and"), folders);

    Map<String, String> found =
        find(
            new ContaminationConfig(List.of(sets + "/*.jsonl", sets + "/*.txt"), 3),
            sample("a", "four five six", "q", "r"));
    assertTrue(
        found.get("a").startsWith("shares 3 words with %s/bench.txt in".formatted(sets)),
        found::toString);
  }

  private String message(ContaminationConfig config) {
    Throwable thrown =
        assertThrows(Exception.class, () -> find(config, sample("a", "x", "q", "r")));
    while (!(thrown instanceof InputException) && thrown.getCause() != null) {
      thrown = thrown.getCause();
    }
    return thrown.getMessage();
  }

  @Test
  void configsThatExcludeNothingAreRefused() {
    assertEquals(
        "exclude-words is 0; use 13 for the usual setting",
        assertThrows(IllegalArgumentException.class, () -> new ContaminationConfig(List.of("a"), 0))
            .getMessage());
    assertEquals(
        "exclude is empty; name at least one file",
        assertThrows(IllegalArgumentException.class, () -> new ContaminationConfig(List.of()))
            .getMessage());
    assertEquals(
        "exclude 'table:lake.evals' is no file; name a file, folder or glob of JSON lines, JSON,"
            + " Parquet or .txt",
        assertThrows(
                IllegalArgumentException.class,
                () -> new ContaminationConfig(List.of("table:lake.evals")))
            .getMessage());
  }
}
