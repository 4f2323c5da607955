package io.gateau.pipeline.read.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.file.InputFiles;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.testing.ReadRows;
import io.gateau.pipeline.testing.SparkTestSession;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Columns as writers other than Spark make them, and columns that are damaged. */
class ParquetColumnsTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final int ROWS = 1_000;
  private static final String GOOD =
      "{\"context\":\"doc\",\"instruction\":\"ask\",\"response\":\"answer\",";

  @TempDir Path folder;

  /** Writes rows of a good sample and of one other column. */
  private String write(
      String name,
      String column,
      CompressionCodecName codec,
      int rows,
      BiConsumer<Group, Integer> fill)
      throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message m { required binary context (STRING); required binary instruction (STRING);"
                + " required binary response (STRING); %s }".formatted(column));
    Path file = folder.resolve(name);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withType(schema)
            .withCompressionCodec(codec)
            .build()) {
      for (int i = 0; i < rows; i++) {
        Group row = new SimpleGroup(schema);
        row.append("context", "doc").append("instruction", "ask").append("response", "answer");
        fill.accept(row, i);
        writer.write(row);
      }
    }
    return file.toString();
  }

  private String originalWith(String column, BiConsumer<Group, Integer> fill) throws IOException {
    String file = write("a.parquet", column, CompressionCodecName.UNCOMPRESSED, 1, fill);
    Row row = ReadRows.read(file).get(0);
    Files.delete(Path.of(file));
    assertNull(row.getAs(RecordColumns.REASON), row.toString());
    String original = row.getAs(RecordColumns.ORIGINAL);
    assertTrue(original.startsWith(GOOD), original);
    return original.substring(GOOD.length(), original.length() - 1);
  }

  private String valueOf(String type, Object value) throws IOException {
    String original =
        originalWith(
            "required %s;".formatted(type),
            (row, i) -> {
              if (value instanceof Long number) {
                row.append("x", number);
              } else if (value instanceof Integer number) {
                row.append("x", number);
              } else {
                row.append("x", Binary.fromConstantByteArray((byte[]) value));
              }
            });
    assertTrue(original.startsWith("\"x\":"), original);
    return original.substring("\"x\":".length());
  }

  private static byte[] half(int bits) {
    return new byte[] {(byte) bits, (byte) (bits >> 8)};
  }

  @Test
  void everyTypeOfAColumnThatIsNotUsedIsReadAndStaysInTheOriginal() throws IOException {
    long nanos = 1_700_000_000_123_456_789L;
    assertEquals(
        "\"2023-11-14T22:13:20.123456789Z\"", valueOf("int64 x (TIMESTAMP(NANOS,true))", nanos));
    assertEquals(
        "\"1969-12-31T23:59:59.999999\"", valueOf("int64 x (TIMESTAMP(MICROS,false))", -1L));
    assertEquals("\"00:00:01\"", valueOf("int64 x (TIME(NANOS,true))", 1_000_000_000L));
    assertEquals("-1", valueOf("int32 x (TIME(MILLIS,true))", -1));
    assertEquals("\"1970-01-02\"", valueOf("int32 x (DATE)", 1));
    assertEquals("4294967295", valueOf("int32 x (INTEGER(32,false))", -1));
    assertEquals("18446744073709551615", valueOf("int64 x (INTEGER(64,false))", -1L));
    assertEquals("-0.01", valueOf("int32 x (DECIMAL(5,2))", -1));
    byte[] large =
        new BigDecimal("-1234567890123456789012345678901234567890.12")
            .unscaledValue()
            .toByteArray();
    byte[] padded = new byte[26];
    Arrays.fill(padded, (byte) -1);
    System.arraycopy(large, 0, padded, padded.length - large.length, large.length);
    assertEquals(
        "-1234567890123456789012345678901234567890.12",
        valueOf("fixed_len_byte_array(26) x (DECIMAL(60,2))", padded));
    assertEquals(
        "0.0000000000", valueOf("binary x (DECIMAL(60,10))", BigInteger.ZERO.toByteArray()));
    assertEquals(
        "\"00000000-0000-0001-0000-000000000002\"",
        valueOf(
            "fixed_len_byte_array(16) x (UUID)",
            ByteBuffer.allocate(16).putLong(1).putLong(2).array()));
    byte[] julian =
        ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putLong(1).putInt(2_440_589).array();
    assertEquals("\"1970-01-02T00:00:00.000000001Z\"", valueOf("int96 x", julian));
    assertEquals("\"eA==\"", valueOf("binary x", new byte[] {'x'}));
    assertEquals("\"a\"", valueOf("binary x (JSON)", new byte[] {'a'}));
  }

  @ParameterizedTest
  @CsvSource({
    // IEEE 754 binary16: sign, five bits of exponent, ten of fraction
    "0x3C00, 1.0",
    "0xC000, -2.0",
    "0x7BFF, 65504.0",
    "0x0400, 6.1035156E-5", // the smallest normal number, 2^-14
    "0x0001, 5.9604645E-8", // the smallest number, 2^-24
    "0x8000, -0.0",
    "0x7C00, \"Infinity\"",
    "0xFC00, \"-Infinity\"",
    "0x7E00, \"NaN\"",
  })
  void numbersOfTwoBytesAreRead(String bits, String expected) throws IOException {
    assertEquals(
        expected, valueOf("fixed_len_byte_array(2) x (FLOAT16)", half(Integer.decode(bits))));
  }

  @Test
  void listsAndMapsAreReadWhicheverWayTheyAreWritten() throws IOException {
    assertEquals(
        "\"x\":[1,null]",
        originalWith(
            "optional group x (LIST) { repeated group list { optional int32 element; } }",
            (row, i) -> {
              Group list = row.addGroup("x");
              list.addGroup("list").append("element", 1);
              list.addGroup("list");
            }));
    assertEquals(
        "\"x\":[{\"a\":1}]",
        originalWith(
            "optional group x (LIST) { repeated group array { required int32 a; } }",
            (row, i) -> row.addGroup("x").addGroup("array").append("a", 1)));
    assertEquals(
        "\"x\":[1,2]",
        originalWith(
            "optional group x (LIST) { repeated int32 element; }",
            (row, i) -> row.addGroup("x").append("element", 1).append("element", 2)));
    assertEquals(
        "\"x\":[1,2],\"y\":[]",
        originalWith(
            "repeated int32 x; repeated int32 y;", (row, i) -> row.append("x", 1).append("x", 2)));
    assertEquals(
        "\"x\":{\"1\":\"one\",\"2\":null},\"y\":null",
        originalWith(
            "optional group x (MAP) { repeated group key_value { required int32 key;"
                + " optional binary value (STRING); } } optional group y { required int32 z; }",
            (row, i) -> {
              Group map = row.addGroup("x");
              map.addGroup("key_value").append("key", 1).append("value", "one");
              map.addGroup("key_value").append("key", 2);
            }));
  }

  @Test
  void columnsThatDifferInCaseOnlyAreDifferentColumns() throws IOException {
    assertEquals(
        "\"Context\":\"other\",\"ID\":1",
        originalWith(
            "required binary Context (STRING); required int32 ID;",
            (row, i) -> row.append("Context", "other").append("ID", 1)));
  }

  @ParameterizedTest
  @EnumSource(
      value = CompressionCodecName.class,
      names = {"UNCOMPRESSED", "SNAPPY", "ZSTD", "GZIP"})
  void aDamagedPageIsRefusedWithItsColumn(CompressionCodecName codec) throws IOException {
    String file =
        write("a.parquet", "required int64 extra;", codec, ROWS, ParquetColumnsTest::fill);
    assertEquals(ROWS, ReadRows.read(file).size());
    ColumnChunkMetaData extra = column(file, 3);
    byte[] bytes = Files.readAllBytes(Path.of(file));
    int middle = Math.toIntExact(extra.getStartingPos() + extra.getTotalSize() / 2);
    bytes[middle] ^= 0x55;
    Files.write(Path.of(file), bytes);

    InputException refused = ReadRows.refused(() -> ReadRows.read(file));

    assertEquals(
        file
            + " is damaged: the column extra cannot be read in the rows from 1 to 1000 (could not"
            + " verify page integrity, CRC checksum verification failed); get the file again, write"
            + " it anew, or leave it out of the input",
        refused.getMessage());
  }

  @Test
  void aDamagedHeaderOfAPageIsRefusedWithItsColumn() throws IOException {
    String file =
        write(
            "a.parquet",
            "required int64 extra;",
            CompressionCodecName.ZSTD,
            ROWS,
            ParquetColumnsTest::fill);
    int start = Math.toIntExact(column(file, 3).getStartingPos());
    byte[] bytes = Files.readAllBytes(Path.of(file));
    for (int i = 0; i < 8; i++) {
      bytes[start + i] ^= 0x5A;
    }
    Files.write(Path.of(file), bytes);

    String message = ReadRows.refused(() -> ReadRows.read(file)).getMessage();

    assertTrue(
        message.startsWith(
            file + " is damaged: the column extra cannot be read in the rows from 1 to 1000 ("),
        message);
  }

  private static void fill(Group row, int i) {
    row.append("extra", i * 0x9E3779B97F4A7C15L);
  }

  private static ColumnChunkMetaData column(String file, int number) throws IOException {
    Configuration hadoop = new Configuration();
    InputFile input = InputFiles.find(List.of(file), hadoop).get(0);
    try (ParquetFileReader reader = ParquetInput.open(input, hadoop)) {
      return reader.getRowGroups().get(0).getColumns().get(number);
    }
  }

  @Test
  void aCompressionThatCannotBeReadIsRefusedBeforeAnythingIsRead() throws IOException {
    String file =
        write(
            "a.parquet",
            "required int64 extra;",
            CompressionCodecName.GZIP,
            1,
            ParquetColumnsTest::fill);
    // In the footer the codec stands behind the name of the column: 2 is gzip and 4 brotli,
    // doubled.
    String bytes = new String(Files.readAllBytes(Path.of(file)), StandardCharsets.ISO_8859_1);
    String brotli = bytes.replace("extra\u0015\u0004", "extra\u0015\u0008");
    assertTrue(!brotli.equals(bytes));
    Files.write(Path.of(file), brotli.getBytes(StandardCharsets.ISO_8859_1));

    assertEquals(
        "the column extra of "
            + file
            + " is compressed with BROTLI, which cannot be read here; write the file anew with zstd or snappy",
        ReadRows.refused(() -> SampleReader.read(SPARK, ReadConfig.of(file))).getMessage());
  }

  @Test
  void filesOfManySchemasAreFewTasksOfOneJob() throws IOException {
    int files = 30;
    for (int n = 0; n < files; n++) {
      String column = "extra" + n;
      write(
          "%02d.parquet".formatted(n),
          "required int64 %s;".formatted(column),
          CompressionCodecName.ZSTD,
          2,
          (row, i) -> row.append(column, (long) i));
    }
    ReadConfig config = ReadConfig.of(folder.toString());

    assertEquals(2, SampleReader.read(SPARK, config).javaRDD().getNumPartitions());
    List<Row> rows = ReadRows.read(config);
    assertEquals(2 * files, rows.size());
    assertEquals(GOOD + "\"extra29\":1}", rows.get(59).getAs(RecordColumns.ORIGINAL));
    assertEquals("29.parquet:2", rows.get(59).getAs(RecordColumns.ID));
  }
}
