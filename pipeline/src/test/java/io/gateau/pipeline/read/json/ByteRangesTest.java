package io.gateau.pipeline.read.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gateau.pipeline.read.file.InputFormat;
import io.gateau.pipeline.read.file.JsonShape;
import io.gateau.pipeline.read.record.ByteRange;
import io.gateau.pipeline.read.record.RawRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bytes that a record names are the record, whatever stands around it. */
class ByteRangesTest {

  private static List<RawRecord> records(byte[] file, JsonShape shape, int most, int max)
      throws IOException {
    ByteArrayInputStream in =
        new ByteArrayInputStream(file) {
          @Override
          public synchronized int read(byte[] to, int from, int length) {
            return super.read(to, from, Math.min(most, length));
          }
        };
    List<RawRecord> all = new ArrayList<>();
    try (RawRecords records = new RawRecords(new ByteSource(in, InputFormat.JSON), shape, max)) {
      for (Optional<RawRecord> r = records.next(); r.isPresent(); r = records.next()) {
        all.add(r.get());
      }
    }
    return all;
  }

  private static String bytes(byte[] file, RawRecord record) {
    ByteRange range = record.range().orElseThrow();
    return new String(
        file,
        Math.toIntExact(range.offset()),
        Math.toIntExact(range.bytes()),
        StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        // file with _ for a line feed, ^ for a carriage return and # for a byte-order mark;
        // offset+bytes of the records found
        "||,||",
        "#,||",
        "{1}_{2}_,0+3 4+3",
        "{1}_{2},0+3 4+3",
        "{1}^_{2}^_,0+3 5+3",
        "{1}^,0+3",
        "{1}^^_{2},0+4 6+3",
        "#{1}_{2},3+3 7+3",
        "#_ _{1}_,6+3",
        "{1}_ {2} _,0+3 4+5", // white space of a line belongs to its text
        "_ _ {1} _,4+4", // but not what may stand in front of an array
        "\u00e9_\u00e9,0+2 3+2",
        "|[{1},{2}]|,1+3 5+3",
        "|#[{1},{2}]|,4+3 8+3",
        "|#_[_{1} _,_ {2} _]|,6+3 14+3",
        "|[,{1}]|,1+0 2+3",
        "|[{1}][{2}]{3}_ {4}^_|,1+3 6+3 10+3 14+4",
        "|[{1}] _ {3}|,1+3 8+3",
        "|[{1},_{2|,1+3 6+2", // the rest of a lost array, as far as it was looked at
      })
  void theRangeOfARecordIsWithoutWhatEndsIt(String file, String expected) throws IOException {
    byte[] bytes =
        file.replace('_', '\n')
            .replace('^', '\r')
            .replace('#', '\uFEFF')
            .getBytes(StandardCharsets.UTF_8);

    List<String> ranges = new ArrayList<>();
    for (RawRecord record : records(bytes, JsonShape.ARRAY_OR_LINES, 1, 100)) {
      ByteRange range = record.range().orElseThrow();
      ranges.add(range.offset() + "+" + range.bytes());
      assertEquals(record.text(), bytes(bytes, record));
    }

    assertEquals(expected, String.join(" ", ranges));
  }

  @Test
  void aRecordOverTheLimitHasItsRangeToo() throws IOException {
    byte[] file = "1\n123456\r\n2".getBytes(StandardCharsets.UTF_8);

    List<RawRecord> all = records(file, JsonShape.LINES, 100, 5);

    assertEquals(
        List.of("1", "123456", "2"), all.stream().map(record -> bytes(file, record)).toList());
  }

  @Test
  void inRandomFilesTheBytesOfEveryRangeAreTheText() throws IOException {
    for (long seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      RandomFile file = RandomFile.of(random);
      byte[] bytes = file.text().getBytes(StandardCharsets.UTF_8);
      int most = 1 + random.nextInt(40);

      List<RawRecord> all = records(bytes, file.shape(), most, 1 << 20);

      assertEquals(
          file.records(), all.stream().map(RawRecord::text).toList(), "seed " + seed + file);
      for (RawRecord record : all) {
        assertEquals(record.text(), bytes(bytes, record), "seed " + seed + file);
      }
    }
  }

  /** A file and the records in it. */
  private record RandomFile(String text, List<String> records, JsonShape shape) {

    private static final List<String> PIECES =
        List.of("a", " ", "\u00e9", "\u20ac", "\ud834\udd1e", "\uFEFF", ",", "]", "{", "\\\"");

    static RandomFile of(Random random) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "\uFEFF" : "");
      List<String> records = new ArrayList<>();
      boolean arrays = random.nextBoolean();
      if (arrays) {
        int count = random.nextInt(3);
        for (int i = 0; i < count; i++) {
          addArray(text, records, random);
        }
      }
      addLines(text, records, random);
      return new RandomFile(
          text.toString(), records, arrays ? JsonShape.ARRAY_OR_LINES : JsonShape.LINES);
    }

    private static void addArray(StringBuilder text, List<String> records, Random random) {
      text.append(space(random)).append('[').append(space(random));
      int count = random.nextInt(4);
      for (int i = 0; i < count; i++) {
        String record = record(random);
        records.add(record);
        text.append(space(random)).append(record).append(space(random));
        text.append(i < count - 1 ? "," : "");
      }
      text.append(']');
    }

    private static void addLines(StringBuilder text, List<String> records, Random random) {
      int count = random.nextInt(5);
      for (int i = 0; i < count; i++) {
        if (random.nextInt(3) == 0) {
          text.append(space(random)).append('\n');
        }
        String record = record(random);
        records.add(record);
        text.append(record);
        if (i < count - 1 || random.nextBoolean()) {
          text.append(random.nextBoolean() ? "\r\n" : "\n");
        } else if (random.nextBoolean()) {
          text.append('\r');
        }
      }
    }

    private static String record(Random random) {
      StringBuilder record = new StringBuilder("{\"");
      int length = random.nextInt(20);
      for (int i = 0; i < length; i++) {
        record.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      return record.append("\"}").toString();
    }

    private static String space(Random random) {
      StringBuilder space = new StringBuilder();
      while (random.nextInt(3) == 0) {
        space.append(" \t\r\n".charAt(random.nextInt(4)));
      }
      return space.toString();
    }
  }
}
