package io.gateau.model;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.LongStream;

/**
 * Readings whose tokens go through the products of a layer together, one behind the other and
 * without padding; attention keeps every sequence to itself. So texts of different lengths share a
 * batch, each with the rotary embedding of its own length.
 */
record Batch(List<Reading> readings) {
  Batch {
    readings = List.copyOf(readings);
    if (readings.isEmpty()) {
      throw new IllegalArgumentException("a batch needs a reading");
    }
  }

  static Batch of(Reading reading) {
    return new Batch(List.of(reading));
  }

  int sequences() {
    return readings.stream().mapToInt(Reading::count).sum();
  }

  int tokens() {
    return readings.stream().mapToInt(Reading::tokens).sum();
  }

  /** The ids of all tokens. */
  long[] tokenIds() {
    return lastIds(Reading::length);
  }

  /** The ids of the tokens that are scored. */
  long[] targets() {
    return lastIds(Reading::responseTokens);
  }

  /** Where the rows that the last layer keeps stand among all tokens. */
  long[] rowsKept() {
    LongStream.Builder rows = LongStream.builder();
    long start = 0;
    for (Reading reading : readings) {
      for (int i = 0; i < reading.count(); i++) {
        long end = start + reading.length();
        LongStream.range(end - reading.rowsKept(), end).forEach(rows);
        start = end;
      }
    }
    return rows.build().toArray();
  }

  /**
   * Where the rows that predict a target stand among those kept: all but the last of a sequence.
   */
  long[] predictingRows() {
    LongStream.Builder rows = LongStream.builder();
    long start = 0;
    for (Reading reading : readings) {
      for (int i = 0; i < reading.count(); i++) {
        LongStream.range(start, start + reading.responseTokens()).forEach(rows);
        start += reading.rowsKept();
      }
    }
    return rows.build().toArray();
  }

  /** So many of the last tokens of each sequence. */
  private long[] lastIds(ToIntFunction<Reading> count) {
    LongStream.Builder ids = LongStream.builder();
    for (Reading reading : readings) {
      for (int[] sequence : reading.sequences()) {
        int from = sequence.length - count.applyAsInt(reading);
        Arrays.stream(sequence, from, sequence.length).forEach(ids::add);
      }
    }
    return ids.build().toArray();
  }
}
