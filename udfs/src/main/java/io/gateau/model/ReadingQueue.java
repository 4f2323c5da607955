package io.gateau.model;

import io.gateau.model.Decoder.Pass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Cuts what is to be read into batches that a token budget and the device's memory allow, and reads
 * them. A batch that the device refuses is halved and tried again; the smaller budget stays for all
 * that follows. A single sequence that is refused ends its sample's readings and no other's.
 */
final class ReadingQueue {
  /** More tokens at once bring nothing on a CPU: its cores are busy, and its caches overflow. */
  static final int CPU_TOKENS = 8_192;

  private static final int GPU_TOKENS = 65_536;

  private final DeviceMemory memory;
  private final int asked;
  private int batchTokens;
  private int waveTokens = Integer.MAX_VALUE;

  ReadingQueue(int batchTokens, DeviceMemory memory) {
    this.asked = batchTokens;
    this.batchTokens = batchTokens;
    this.memory = memory;
  }

  /** Tokens that a batch may have by now. */
  int batchTokens() {
    return batchTokens;
  }

  /** A batch: some rows of one reading of one sample. */
  private record Batch(int sample, int reading, int from, Reading rows) {
    int tokens() {
      return rows.tokens();
    }

    boolean isSingle() {
      return rows.count() == 1;
    }

    /** So many of its first rows, and the others. */
    List<Batch> cut(int rowsFirst) {
      return List.of(
          new Batch(sample, reading, from, part(0, rowsFirst)),
          new Batch(sample, reading, from + rowsFirst, part(rowsFirst, rows.count())));
    }

    private Reading part(int begin, int end) {
      return new Reading(
          Arrays.copyOfRange(rows.sequences(), begin, end), rows.responseTokens(), rows.focus());
    }
  }

  /**
   * Reads everything.
   *
   * @param readings those of each sample
   * @return for each sample one pass per reading; empty where a sequence of it was refused
   */
  List<Optional<List<Pass>>> read(Decoder decoder, List<List<Reading>> readings) {
    if (asked == ScoringSettings.AUTO_BATCH && batchTokens == asked) {
      batchTokens = decoder.isOnGpu() ? GPU_TOKENS : CPU_TOKENS;
    }
    Deque<Batch> todo = new ArrayDeque<>();
    List<List<double[][]>> scores = new ArrayList<>();
    List<List<Pass>> passes = new ArrayList<>();
    for (int sample = 0; sample < readings.size(); sample++) {
      scores.add(new ArrayList<>());
      for (int i = 0; i < readings.get(sample).size(); i++) {
        todo.add(new Batch(sample, i, 0, readings.get(sample).get(i)));
        scores.get(sample).add(new double[readings.get(sample).get(i).count()][]);
      }
      passes.add(new ArrayList<>(Collections.nCopies(readings.get(sample).size(), null)));
    }
    Set<Integer> refused = new HashSet<>();
    while (!todo.isEmpty()) {
      List<Batch> wave = wave(decoder, todo);
      try {
        List<Pass> read = pass(decoder, wave);
        for (int i = 0; i < wave.size(); i++) {
          Batch batch = wave.get(i);
          double[][] rows = read.get(i).negativeLogLikelihood();
          double[][] all = scores.get(batch.sample).get(batch.reading);
          System.arraycopy(rows, 0, all, batch.from, rows.length);
          passes.get(batch.sample).set(batch.reading, new Pass(all, read.get(i).attention()));
        }
      } catch (DeviceMemoryException e) {
        if (wave.size() > 1) {
          waveTokens = wave.stream().mapToInt(Batch::tokens).sum() / 2;
          giveBack(wave, todo);
        } else if (!wave.get(0).isSingle()) {
          batchTokens = wave.get(0).tokens() / 2;
          giveBack(wave, todo);
        } else {
          int sample = wave.get(0).sample;
          refused.add(sample);
          todo.removeIf(batch -> batch.sample == sample);
        }
      }
    }
    List<Optional<List<Pass>>> result = new ArrayList<>();
    for (int sample = 0; sample < readings.size(); sample++) {
      result.add(refused.contains(sample) ? Optional.empty() : Optional.of(passes.get(sample)));
    }
    return result;
  }

  private List<Pass> pass(Decoder decoder, List<Batch> wave) {
    return memory.lend(
        needed(decoder, wave), () -> decoder.read(wave.stream().map(batch -> batch.rows).toList()));
  }

  private static void giveBack(List<Batch> wave, Deque<Batch> todo) {
    for (int i = wave.size() - 1; i >= 0; i--) {
      todo.addFirst(wave.get(i));
    }
  }

  /**
   * What goes through the layers next: one batch, or with streamed layers as many as the
   * micro-batch takes.
   */
  private List<Batch> wave(Decoder decoder, Deque<Batch> todo) {
    List<Batch> wave = new ArrayList<>(List.of(batch(decoder, todo)));
    long limit = Math.min(waveTokens, decoder.placement().streamTokens());
    long tokens = wave.get(0).tokens();
    while (!todo.isEmpty()) {
      Batch next = batch(decoder, todo);
      wave.add(next);
      tokens += next.tokens();
      if (tokens > limit || !memory.holds(needed(decoder, wave))) {
        wave.remove(wave.size() - 1);
        todo.addFirst(next);
        return wave;
      }
    }
    return wave;
  }

  /** The next rows that go together; those that are too many stay in front of the queue. */
  private Batch batch(Decoder decoder, Deque<Batch> todo) {
    Batch batch = todo.remove();
    int rows = Math.min(batch.rows.count(), Math.max(1, batchTokens / batch.rows.length()));
    long fair = Math.max(memory.share(), 2 * needed(decoder, batch, 1));
    while (rows > 1 && needed(decoder, batch, rows) > Math.min(memory.bytes(), fair)) {
      rows /= 2;
    }
    if (rows == batch.rows.count()) {
      return batch;
    }
    List<Batch> parts = batch.cut(rows);
    todo.addFirst(parts.get(1));
    return parts.get(0);
  }

  private static long needed(Decoder decoder, Batch batch, int rows) {
    return decoder.planner().pass(rows, batch.rows.length(), batch.rows.responseTokens()).bytes();
  }

  /** One batch at work, the others waiting with their hidden states. */
  private static long needed(Decoder decoder, List<Batch> wave) {
    long most = 0;
    long waiting = 0;
    for (Batch batch : wave) {
      long hidden = decoder.planner().waiting(batch.tokens());
      most = Math.max(most, needed(decoder, batch, batch.rows.count()) - hidden);
      waiting += hidden;
    }
    return most + waiting;
  }
}
