package io.gateau.pipeline.read.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;

/** Dates and times as ISO 8601 writes them; what is out of its range stays a number. */
public final class Times {

  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long SECONDS_PER_DAY = 86_400;

  /** The Julian day on which the epoch began. */
  private static final long EPOCH_DAY = 2_440_588;

  private Times() {}

  /** The date of a day, counted from the epoch. */
  public static JsonNode date(long day) {
    try {
      return TextNode.valueOf(LocalDate.ofEpochDay(day).toString());
    } catch (DateTimeException e) {
      return LongNode.valueOf(day);
    }
  }

  /** The time of a day. */
  static JsonNode time(long value, TimeUnit unit) {
    try {
      return TextNode.valueOf(
          LocalTime.ofNanoOfDay(Math.multiplyExact(value, nanos(unit))).toString());
    } catch (DateTimeException | ArithmeticException e) {
      return LongNode.valueOf(value);
    }
  }

  /** The time since the epoch; one that is not adjusted to UTC has no zone. */
  public static JsonNode timestamp(long value, TimeUnit unit, boolean adjusted) {
    long perSecond = NANOS_PER_SECOND / nanos(unit);
    return timestamp(
        Math.floorDiv(value, perSecond), Math.floorMod(value, perSecond) * nanos(unit), adjusted);
  }

  /** The time of an INT96: nanoseconds of the day, then the Julian day. */
  static JsonNode int96(Binary bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes.getBytes()).order(ByteOrder.LITTLE_ENDIAN);
    long nanos = buffer.getLong();
    long day = buffer.getInt() - EPOCH_DAY;
    return timestamp(day * SECONDS_PER_DAY, nanos, /* adjusted= */ true);
  }

  private static JsonNode timestamp(long seconds, long nanos, boolean adjusted) {
    try {
      Instant instant = Instant.ofEpochSecond(seconds, nanos);
      return TextNode.valueOf(
          adjusted
              ? instant.toString()
              : LocalDateTime.ofInstant(instant, ZoneOffset.UTC).toString());
    } catch (DateTimeException | ArithmeticException e) {
      return LongNode.valueOf(seconds);
    }
  }

  private static long nanos(TimeUnit unit) {
    return switch (unit) {
      case MILLIS -> 1_000_000;
      case MICROS -> 1_000;
      case NANOS -> 1;
    };
  }
}
