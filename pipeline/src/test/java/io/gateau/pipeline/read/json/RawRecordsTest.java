package io.gateau.pipeline.read.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.read.file.InputFormat;
import io.gateau.pipeline.read.file.JsonShape;
import io.gateau.pipeline.read.record.ByteRange;
import io.gateau.pipeline.read.record.RawRecord;
import io.gateau.pipeline.read.record.Rejection;
import io.gateau.pipeline.read.record.RejectionReason;
import io.gateau.pipeline.testing.TestFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RawRecordsTest {

  private static List<RawRecord> records(byte[] bytes, InputFormat format, int max)
      throws IOException {
    return records(new ByteArrayInputStream(bytes), format, max);
  }

  private static List<RawRecord> records(InputStream in, InputFormat format, int max)
      throws IOException {
    List<RawRecord> all = new ArrayList<>();
    try (RawRecords records =
        new RawRecords(new ByteSource(in, format), JsonShape.ARRAY_OR_LINES, max)) {
      for (Optional<RawRecord> r = records.next(); r.isPresent(); r = records.next()) {
        all.add(r.get());
      }
      assertEquals(Optional.empty(), records.next(), "the end stays the end");
    }
    return all;
  }

  /** Each record as {@code line:text} or {@code line!reason:text}, joined by spaces. */
  private static String summary(String file, int max) throws IOException {
    List<String> all = new ArrayList<>();
    for (RawRecord r : records(file.getBytes(StandardCharsets.UTF_8), InputFormat.JSON, max)) {
      all.add(r.line() + r.fault().map(f -> "!" + f.reason().code()).orElse("") + ":" + r.text());
    }
    return String.join(" ", all);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        // file with _ for a line feed and ^ for a carriage return; records found
        "||,||",
        "_ _^_,||",
        "{1}_{2}_,1:{1} 2:{2}",
        "{1}_{2},1:{1} 2:{2}",
        "{1}^_{2}^_,1:{1} 2:{2}",
        "{1}^,1:{1}",
        "_ _{1}__^_{2},3:{1} 6:{2}",
      })
  void linesThatAreNotBlankAreRecords(String file, String expected) throws IOException {
    assertEquals(expected, summary(file.replace('_', '\n').replace('^', '\r'), 100));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "|[]|,||",
        "|_[ _ ] _|,||",
        "|[{1},{2}]|,1:{1} 1:{2}",
        "|[_{1},_ {2} _]|,2:{1} 3:{2}",
        "|[{1,[2,3]}, [4], 5, \"a,]b\", \"\\\",\"]|,|1:{1,[2,3]} 1:[4] 1:5 1:\"a,]b\" 1:\"\\\",\"|",
        "|[{1},]|,1:{1} 1!broken-json:",
        "|[,{1}]|,1!broken-json: 1:{1}",
        "|[{1}_] x_y|,|1:{1} 2:x 3:y|", // the parser will refuse x and y
        "|[{1}]]_{2}|,|1:{1} 1:] 2:{2}|",
        "|[{1}]_[{2},_{3}][]_[_] {4}_[5]_|,1:{1} 2:{2} 3:{3} 5:{4} 6:[5]",
        "|[1_{2}_{3}|,|1!broken-json:1_{2}_{3}|",
        "|[{1},_{2|,1:{1} 2!broken-json:{2",
        "|[{1},_{2],_{3}]|,|1:{1} 2:{2] 3:{3}|", // the parser will refuse {2]
        "|[{1},_{2,_{3}]|,|1:{1} 2!broken-json:{2,_{3}]|",
        "|[{1},_}2,{3}]|,1:{1} 2!broken-json:",
        "|[{1},_\"2_,{3}]|,1:{1} 2!broken-json:\"2",
        "|[|,1!broken-json:",
      })
  void elementsOfAnArrayAreRecords(String file, String expected) throws IOException {
    assertEquals(expected.replace('_', '\n'), summary(file.replace('_', '\n'), 100));
  }

  @Test
  void theDetailOfALostArrayNamesTheLineWhereItShowed() throws IOException {
    List<RawRecord> all =
        records("[1,\n{\"a\n".getBytes(StandardCharsets.UTF_8), InputFormat.JSON, 100);

    assertEquals(
        "the array is broken in the element that starts here (seen at line 3: a string or bracket is not closed); the rest of the file is not read",
        all.get(1).fault().orElseThrow().detail());
  }

  @Test
  void aByteOrderMarkIsSteppedOver() throws IOException {
    assertEquals("1:{1}", summary("\uFEFF{1}", 100));
    assertEquals("1:1", summary("\uFEFF[1]", 100));
    assertEquals("", summary("\uFEFF", 100));
    assertEquals("1:{1} 2:\uFEFF{2}", summary("{1}\n\uFEFF{2}", 100));
  }

  @Test
  void aRecordAtTheLimitIsReadAndOneByteMoreIsNot() throws IOException {
    assertEquals("1:12345 2!line-too-long:12345 3:1", summary("12345\r\n123456\n1", 5));
    assertEquals("1:12345 1!line-too-long:12345 1:1", summary("[12345,123456,1]", 5));
    // Two bytes each: the limit counts bytes.
    assertEquals(
        "1!line-too-long:\u00e9\u00e9", summary("\u00e9\u00e9\u00e9", 5).replace("\uFFFD", ""));
  }

  @Test
  void aTooLongRecordSaysItsLength() throws IOException {
    byte[] file = ("x".repeat(70_000) + "\ny").getBytes(StandardCharsets.UTF_8);
    List<RawRecord> all = records(file, InputFormat.JSON, 10_000);

    assertEquals(
        new Rejection(
            RejectionReason.LINE_TOO_LONG,
            "the record is 70000 bytes long, over the limit of 10000; raise max-line-bytes to read it"),
        all.get(0).fault().orElseThrow());
    assertEquals(new RawRecord(2, range(70_001, 1), "y", Optional.empty()), all.get(1));
  }

  @Test
  void invalidUtf8CostsItsOwnLineOnlyAndNamesTheByte() throws IOException {
    byte[] file = {'a', '\n', 'b', (byte) 0xC3, 'c', '\n', 'd'};
    List<RawRecord> all = records(file, InputFormat.JSON, 100);

    assertEquals(3, all.size());
    assertEquals(
        new RawRecord(
            2,
            range(2, 3),
            "b\uFFFDc",
            Optional.of(
                new Rejection(
                    RejectionReason.INVALID_UTF8,
                    "byte 2 of the record (0xC3) is not valid UTF-8; save the file as UTF-8"))),
        all.get(1));
  }

  @ParameterizedTest
  @CsvSource({"C3", "E282", "EDA080", "C080", "F4908080", "80"})
  void cutOverlongAndSurrogateSequencesAreInvalid(String hex) throws IOException {
    byte[] file = HexFormat.of().parseHex(hex);

    assertEquals(
        Optional.of(RejectionReason.INVALID_UTF8),
        records(file, InputFormat.JSON, 100).get(0).fault().map(Rejection::reason));
  }

  @ParameterizedTest
  @CsvSource({"JSON_GZIP", "JSON_ZSTD"})
  void aCutArchiveKeepsWhatWasReadAndEndsInOneRow(InputFormat format) throws IOException {
    byte[] whole = compressedLines(format, 20_000);
    for (int cut : new int[] {0, 3, whole.length / 2, whole.length - 2}) {
      List<RawRecord> all = records(Arrays.copyOf(whole, cut), format, 100);
      RawRecord last = all.get(all.size() - 1);

      assertEquals(all.size(), last.line(), "cut at " + cut);
      Rejection fault = last.fault().orElseThrow();
      assertEquals(RejectionReason.BROKEN_ARCHIVE, fault.reason());
      assertTrue(
          fault
              .detail()
              .matches(
                  "the compressed file is damaged after \\d+ decompressed bytes \\(.+\\); the records before are read, what follows is lost"),
          fault.detail());
      for (RawRecord r : all.subList(0, all.size() - 1)) {
        assertEquals(line(r.line()), r.text());
      }
      assertTrue(cut < whole.length / 2 || all.size() > 1_000, all.size() + " read");
    }
  }

  @Test
  void concatenatedGzipMembersAreAllReadEvenIfTheStreamSaysNothingIsAvailable() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < 3; i++) {
      out.write(TestFiles.gzip(("{" + i + "}\n").getBytes(StandardCharsets.UTF_8)));
    }
    InputStream coy =
        new ByteArrayInputStream(out.toByteArray()) {
          @Override
          public synchronized int available() {
            return 0;
          }

          @Override
          public synchronized int read(byte[] to, int from, int length) {
            return super.read(to, from, Math.min(7, length));
          }
        };

    assertEquals(3, records(coy, InputFormat.JSON_GZIP, 100).size());
  }

  @Test
  void anErrorOfTheFileSystemIsNoDataRow() {
    InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("connection reset");
          }

          @Override
          public int read(byte[] to, int from, int length) throws IOException {
            return read();
          }
        };

    for (InputFormat format :
        new InputFormat[] {InputFormat.JSON, InputFormat.JSON_GZIP, InputFormat.JSON_ZSTD}) {
      IOException e = assertThrows(IOException.class, () -> records(failing, format, 100));
      assertEquals("connection reset", e.getMessage());
    }
  }

  private static Optional<ByteRange> range(long offset, long bytes) {
    return Optional.of(new ByteRange(offset, bytes));
  }

  private static String line(long n) {
    return "{" + n + ":" + new Random(n).nextLong() + "}";
  }

  private static byte[] compressedLines(InputFormat format, int lines) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int n = 1; n <= lines; n++) {
      text.append(line(n)).append('\n');
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    return format == InputFormat.JSON_GZIP ? TestFiles.gzip(bytes) : TestFiles.zstd(bytes);
  }
}
