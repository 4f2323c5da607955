package io.gateau.pipeline.read.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.read.file.InputFormat;
import io.gateau.pipeline.read.file.JsonShape;
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
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Compressed files of several parts (gzip members, Zstandard frames), whole and damaged. */
class ArchiveTest {

  private static final int LINES = 1_000;

  private static List<RawRecord> records(InputStream in, InputFormat format) throws IOException {
    List<RawRecord> all = new ArrayList<>();
    try (RawRecords records =
        new RawRecords(new ByteSource(in, format), JsonShape.ARRAY_OR_LINES, 100)) {
      for (Optional<RawRecord> r = records.next(); r.isPresent(); r = records.next()) {
        all.add(r.get());
      }
    }
    return all;
  }

  private static List<RawRecord> records(InputFormat format, byte[]... parts) throws IOException {
    return records(new ByteArrayInputStream(joined(parts)), format);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** The {@code n}th line, without its end. */
  private static String line(long n) {
    return "{" + n + ":" + new Random(n).nextLong() + "}";
  }

  /** One member or frame of {@value #LINES} lines, the first of them number {@code 1 + before}. */
  private static byte[] part(InputFormat format, int before) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int n = before + 1; n <= before + LINES; n++) {
      text.append(line(n)).append('\n');
    }
    return compressed(format, text.toString());
  }

  private static byte[] compressed(InputFormat format, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return format == InputFormat.JSON_GZIP ? TestFiles.gzip(bytes) : TestFiles.zstd(bytes);
  }

  /** The lines from 1 on, all good. */
  private static void assertLines(List<RawRecord> records) {
    for (int i = 0; i < records.size(); i++) {
      assertEquals(new RawRecord(i + 1, line(i + 1), Optional.empty()), records.get(i));
    }
  }

  /** At least so many good lines from 1 on, and behind them one row about the archive. */
  private static void assertDamaged(int least, String cause, List<RawRecord> records) {
    RawRecord last = records.get(records.size() - 1);
    assertEquals(
        Optional.of(RejectionReason.BROKEN_ARCHIVE),
        last.fault().map(Rejection::reason),
        records.size() + " records, the last is " + last);
    assertEquals(records.size(), last.line());
    assertTrue(
        last.fault()
            .orElseThrow()
            .detail()
            .matches(
                "the compressed file is damaged after \\d+ decompressed bytes \\("
                    + cause
                    + "\\); the records before are read, what follows is lost"),
        last.toString());
    assertTrue(records.size() > least, records.size() + " records");
    assertLines(records.subList(0, records.size() - 1));
  }

  @ParameterizedTest
  @EnumSource(
      value = InputFormat.class,
      names = {"JSON_GZIP", "JSON_ZSTD"})
  void aLastLineWithoutLineBreakIsKeptWhereGarbageFollowsIt(InputFormat format) throws IOException {
    byte[] garbage = "garbage".getBytes(StandardCharsets.UTF_8);
    List<RawRecord> whole =
        records(format, compressed(format, "{\"id\": 1}\n{\"id\": 2}"), garbage);
    assertEquals(
        List.of("{\"id\": 1}", "{\"id\": 2}", ""), whole.stream().map(RawRecord::text).toList());
    assertEquals(
        Optional.of(RejectionReason.BROKEN_ARCHIVE), whole.get(2).fault().map(Rejection::reason));

    List<RawRecord> cut = records(format, compressed(format, "{\"id\": 1}\n{\"id\": "), garbage);
    assertEquals(List.of("{\"id\": 1}", "{\"id\": "), cut.stream().map(RawRecord::text).toList());
    assertEquals(
        Optional.of(RejectionReason.BROKEN_ARCHIVE), cut.get(1).fault().map(Rejection::reason));
  }

  @ParameterizedTest
  @EnumSource(
      value = InputFormat.class,
      names = {"JSON_GZIP", "JSON_ZSTD"})
  void aFileOfTwoBytesIsReadBeforeTheDamageBehindIt(InputFormat format) throws IOException {
    byte[] garbage = "garbage".getBytes(StandardCharsets.UTF_8);
    List<RawRecord> all = records(format, compressed(format, "1\n"), garbage);
    assertEquals(List.of("1", ""), all.stream().map(RawRecord::text).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "JSON_GZIP, 1", // the header has ten bytes
    "JSON_GZIP, 3",
    "JSON_GZIP, 9",
    "JSON_GZIP, 10",
    "JSON_GZIP, 500",
    "JSON_GZIP, -9", // the trailer has eight
    "JSON_GZIP, -8",
    "JSON_GZIP, -1",
    "JSON_ZSTD, 1", // the magic number has four bytes
    "JSON_ZSTD, 3",
    "JSON_ZSTD, 4",
    "JSON_ZSTD, 6",
    "JSON_ZSTD, 500",
    "JSON_ZSTD, -5", // the checksum has four
    "JSON_ZSTD, -4",
    "JSON_ZSTD, -1",
  })
  void aSecondPartThatIsCutIsReportedAndTheFirstIsKept(InputFormat format, int cut)
      throws IOException {
    byte[] second = part(format, LINES);
    byte[] start = Arrays.copyOf(second, cut < 0 ? second.length + cut : cut);

    assertDamaged(
        LINES,
        "the file ends in the middle of a (gzip member|Zstandard frame)",
        records(format, part(format, 0), start));
  }

  @ParameterizedTest
  @CsvSource({
    "JSON_GZIP, 0, no gzip member starts here: .+",
    "JSON_GZIP, 2, no gzip member starts here: .+",
    "JSON_GZIP, 500, .+",
    "JSON_GZIP, -6, the checksum of a gzip member does not match its bytes",
    "JSON_GZIP, -2, the length of a gzip member is not the one that it states",
    "JSON_ZSTD, 0, Unknown frame descriptor",
    "JSON_ZSTD, 500, .+",
    "JSON_ZSTD, -2, .*checksum.*",
  })
  void aSecondPartWithAWrongByteIsReportedAndTheFirstIsKept(
      InputFormat format, int at, String cause) throws IOException {
    byte[] second = part(format, LINES);
    second[at < 0 ? second.length + at : at] ^= 0x55;

    assertDamaged(LINES, cause, records(format, part(format, 0), second));
  }

  @ParameterizedTest
  @CsvSource({
    "JSON_GZIP, 1", "JSON_GZIP, 3", "JSON_GZIP, 100", "JSON_GZIP, 100000",
    "JSON_ZSTD, 1", "JSON_ZSTD, 3", "JSON_ZSTD, 100", "JSON_ZSTD, 100000",
  })
  void garbageAfterTheLastPartIsReported(InputFormat format, int bytes) throws IOException {
    byte[] garbage = "x".repeat(bytes).getBytes(StandardCharsets.UTF_8);

    assertDamaged(LINES, ".+", records(format, part(format, 0), garbage));
    assertDamaged(2 * LINES, ".+", records(format, part(format, 0), part(format, LINES), garbage));
  }

  @ParameterizedTest
  @EnumSource(
      value = InputFormat.class,
      names = {"JSON_GZIP", "JSON_ZSTD"})
  void garbageAfterAnArrayIsReported(InputFormat format) throws IOException {
    List<RawRecord> all =
        records(format, compressed(format, "[{1},\n{2}]"), new byte[] {'x', 'y', 'z'});

    assertEquals(List.of("{1}", "{2}", ""), all.stream().map(RawRecord::text).toList());
    assertEquals(
        List.of(Optional.empty(), Optional.empty(), Optional.of(RejectionReason.BROKEN_ARCHIVE)),
        all.stream().map(r -> r.fault().map(Rejection::reason)).toList());
  }

  @ParameterizedTest
  @EnumSource(
      value = InputFormat.class,
      names = {"JSON_GZIP", "JSON_ZSTD"})
  void partsFollowEachOtherWhereverTheyAreCutAndHoweverManyBytesARemoteStreamGives(
      InputFormat format) throws IOException {
    byte[] empty = compressed(format, "");
    byte[] third = compressed(format, line(2 * LINES + 1).substring(0, 5));
    byte[] fourth = compressed(format, line(2 * LINES + 1).substring(5));
    byte[] all =
        joined(empty, part(format, 0), empty, part(format, LINES), third, fourth, empty, empty);
    for (int most : new int[] {1, 7, 1 << 20}) {
      InputStream coy =
          new ByteArrayInputStream(all) {
            @Override
            public synchronized int available() {
              return 0;
            }

            @Override
            public synchronized int read(byte[] to, int from, int length) {
              return super.read(to, from, Math.min(most, length));
            }
          };

      List<RawRecord> records = records(coy, format);

      assertEquals(2 * LINES + 1, records.size());
      assertLines(records);
    }
  }

  @Test
  void zerosMayFollowAGzipMember() throws IOException {
    InputFormat gzip = InputFormat.JSON_GZIP;
    for (int zeros : new int[] {1, 2, 17, 18, 512, 200_000}) {
      List<RawRecord> atTheEnd = records(gzip, part(gzip, 0), new byte[zeros]);
      assertEquals(LINES, atTheEnd.size(), zeros + " zeros");
      assertLines(atTheEnd);

      List<RawRecord> between =
          records(gzip, part(gzip, 0), new byte[zeros], part(gzip, LINES), new byte[zeros]);
      assertEquals(2 * LINES, between.size(), zeros + " zeros");
      assertLines(between);
    }
    assertDamaged(
        LINES,
        "no gzip member starts here: byte 1 of its header is 0x78, not 0x1F",
        records(gzip, part(gzip, 0), new byte[5], new byte[] {'x'}));
  }

  @Test
  void aGzipFileIsNotMadeOfZeros() throws IOException {
    assertDamaged(
        0,
        "no gzip member starts here: byte 1 of its header is 0x00, not 0x1F",
        records(InputFormat.JSON_GZIP, new byte[10]));
  }

  @Test
  void zerosAfterAZstandardFrameAreDamage() throws IOException {
    InputFormat zstd = InputFormat.JSON_ZSTD;

    assertDamaged(LINES, ".+", records(zstd, part(zstd, 0), new byte[1]));
    assertDamaged(LINES, ".+", records(zstd, part(zstd, 0), new byte[100]));
  }

  @Test
  void skippableFramesOfZstandardAreSteppedOver() throws IOException {
    InputFormat zstd = InputFormat.JSON_ZSTD;
    byte[] skipped = {0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'};
    byte[] nothing = {0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0};

    List<RawRecord> records =
        records(
            zstd, skipped, part(zstd, 0), nothing, skipped, part(zstd, LINES), skipped, nothing);

    assertEquals(2 * LINES, records.size());
    assertLines(records);
    for (int cut : new int[] {2, 6, 9}) {
      assertDamaged(
          LINES,
          "the file ends in the middle of a Zstandard frame",
          records(zstd, part(zstd, 0), Arrays.copyOf(skipped, cut)));
    }
  }

  @Test
  void everyFieldThatAGzipHeaderMayHaveIsSteppedOver() throws IOException {
    byte[] plain = part(InputFormat.JSON_GZIP, 0);
    byte[] body = Arrays.copyOfRange(plain, 10, plain.length);
    byte[] header = {0x1F, (byte) 0x8B, 8, 0x1F, 1, 2, 3, 4, 0, (byte) 255};
    byte[] extra = {3, 0, 'e', 0, 'e'};
    byte[] name = {'n', 'a', 'm', 'e', 0};
    byte[] comment = {'c', 0};
    CRC32 crc = new CRC32();
    crc.update(joined(header, extra, name, comment));
    byte[] checksum = {(byte) crc.getValue(), (byte) (crc.getValue() >> 8)};
    byte[] member = joined(header, extra, name, comment, checksum, body);

    List<RawRecord> records = records(InputFormat.JSON_GZIP, member);
    assertEquals(LINES, records.size());
    assertLines(records);
    for (int cut = 1; cut < member.length - body.length; cut++) {
      assertDamaged(
          LINES,
          "the file ends in the middle of a gzip member",
          records(InputFormat.JSON_GZIP, plain, Arrays.copyOf(member, cut)));
    }
    member[4]++;
    assertDamaged(
        LINES,
        "the checksum of a gzip header does not match its bytes",
        records(InputFormat.JSON_GZIP, plain, member));
  }
}
