package io.gateau.pipeline.read.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.chat.InstructionAt;
import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.file.InputFiles;
import io.gateau.pipeline.read.record.RawRecord;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.testing.TestFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that is cut into parts has the records of the whole file, each with the same numbers. */
class FilePartsTest {
  private static final Configuration HADOOP = new Configuration();
  private static final int MAX_LINE_BYTES = 30;

  private static final ReadConfig CONFIG =
      new ReadConfig(List.of("any"), InstructionAt.LAST, MAX_LINE_BYTES);

  private static final List<String> LINES =
      List.of(
          "",
          " ",
          "\t\r",
          "\r",
          "{}",
          "{\"a\": 1}\r",
          "{\"a\": \"\u00e9\u6f22\ud834\udd1e\"}",
          "\u0000",
          "a\u0000b\rc",
          "\uFEFF",
          "broken",
          "x".repeat(MAX_LINE_BYTES),
          "x".repeat(MAX_LINE_BYTES + 1),
          "[1, 2");

  @TempDir Path folder;

  /** A record with its number in the file. */
  private record Numbered(long number, RawRecord record) {}

  private static List<Numbered> records(List<FilePart> parts) {
    List<Numbered> all = new ArrayList<>();
    for (FilePart part : parts) {
      try (OpenPart open = OpenPart.of(part, HADOOP, CONFIG)) {
        for (Optional<RawRecord> r = open.next(); r.isPresent(); r = open.next()) {
          all.add(new Numbered(open.records(), r.get()));
        }
      }
    }
    return all;
  }

  private static List<FilePart> parts(InputFile file, long size) throws IOException {
    List<LineCount> counts = new ArrayList<>();
    for (FilePiece piece : FilePiece.of(file, size)) {
      counts.add(LineCount.of(piece, HADOOP));
    }
    return LineCount.parts(file, counts);
  }

  private InputFile file(String name, byte[] bytes) throws IOException {
    return InputFiles.find(List.of(TestFiles.write(folder, name, bytes)), HADOOP).get(0);
  }

  private static byte[] randomFile(Random random) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    if (random.nextInt(3) == 0) {
      file.writeBytes("\uFEFF".getBytes(StandardCharsets.UTF_8));
    }
    int lines = random.nextInt(12);
    for (int i = 0; i < lines; i++) {
      file.writeBytes(LINES.get(random.nextInt(LINES.size())).getBytes(StandardCharsets.UTF_8));
      if (random.nextInt(10) == 0) {
        file.write(0xC3); // The first half of a letter.
      }
      if (i < lines - 1 || random.nextBoolean()) {
        file.write('\n');
      }
    }
    return file.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whereverAFileIsCutItsRecordsAreThoseOfTheWholeFile(long seed) throws IOException {
    Random random = new Random(seed);
    int cut = 0;
    for (int trial = 0; trial < 60; trial++) {
      byte[] bytes = randomFile(random);
      InputFile file = file("a.jsonl", bytes);
      List<Numbered> whole = records(List.of(FilePart.whole(file)));
      for (int size = 1; size <= bytes.length + 1; size++) {
        List<FilePart> parts = parts(file, size);
        assertEquals(
            whole, records(parts), "seed %d, trial %d, size %d".formatted(seed, trial, size));
        assertEquals(0, parts.get(0).start());
        assertEquals(Long.MAX_VALUE, parts.get(parts.size() - 1).end());
        cut += parts.size() - 1;
      }
    }
    assertTrue(cut > 4_000, cut + " cuts");
  }

  @Test
  void aJsonFileOfLinesIsCutOnlyWhereItsFirstTextShowsThatItHoldsNoArray() throws IOException {
    byte[] lines = "\uFEFF \n\n  {\"a\": 1}\n[2]\n3".getBytes(StandardCharsets.UTF_8);
    InputFile file = file("a.json", lines);
    List<Numbered> whole = records(List.of(FilePart.whole(file)));
    assertEquals(3, whole.size());
    assertEquals(3, whole.get(0).record().line());
    for (int size = 1; size <= lines.length; size++) {
      boolean shows = new FilePiece(file, 0, size).beginsWithLine(HADOOP);
      assertEquals(size >= 9, shows, "size " + size);
      if (shows) {
        assertEquals(whole, records(parts(file, size)), "size " + size);
      }
    }
    InputFile array = file("b.json", "\n [1,\n2]\n".getBytes(StandardCharsets.UTF_8));
    assertEquals(false, new FilePiece(array, 0, 100).beginsWithLine(HADOOP));
  }

  @Test
  void aPartBeginsBehindTheFirstLineBreakOfAPiece() throws IOException {
    // Bytes 0 to 2, 3 to 12 (longer than two pieces), 13 blank, 14 to 16.
    InputFile file = file("a.jsonl", "{}\n{23456789}\n\n{}".getBytes(StandardCharsets.UTF_8));

    assertEquals(
        List.of(new FilePart(file, 0, 14, 1, 0), new FilePart(file, 14, Long.MAX_VALUE, 3, 2)),
        parts(file, 4));
    assertEquals(List.of(FilePart.whole(file)), parts(file, 17));
    InputFile empty = file("b.jsonl", new byte[0]);
    assertEquals(List.of(FilePart.whole(empty)), parts(empty, 1));
  }
}
