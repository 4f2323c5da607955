package io.gateau.model;

import io.gateau.model.Decoder.Pass;
import io.gateau.model.MemoryPlanner.Shape;
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
 * them. A batch takes from the readings in their order, of several samples if they are short; one
 * sequence at the least. A batch that the device refuses is halved and tried again; the smaller
 * budget stays for all that follows. A single sequence that is refused ends its sample's readings
 * and no other's.
 */
final class ReadingQueue {
  /** More tokens at once bring nothing on a CPU: its cores are busy, and its caches overflow. */
  static final int CPU_TOKENS = 8_192;

  private static final int GPU_TOKENS = 65_536;

  private final DeviceMemory memory;
  private int batchTokens;
  private int waveTokens = Integer.MAX_VALUE;

  ReadingQueue(int batchTokens, DeviceMemory memory) {
    this.batchTokens = batchTokens;
    this.memory = memory;
  }

  /** Tokens that a batch of a decoder may have by now. */
  int batchTokens(Decoder decoder) {
    if (batchTokens == ScoringSettings.AUTO_BATCH) {
      return decoder.isOnGpu() ? GPU_TOKENS : CPU_TOKENS;
    }
    return batchTokens;
  }

  /** Some sequences of one reading of one sample, from the one numbered {@code from} on. */
  private record Part(int sample, int reading, int from, Reading rows) {
    /** So many of its first sequences, and the others. */
    List<Part> cut(int first) {
      return List.of(
          new Part(sample, reading, from, part(0, first)),
          new Part(sample, reading, from + first, part(first, rows.count())));
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
    batchTokens = batchTokens(decoder);
    Deque<Part> todo = new ArrayDeque<>();
    List<List<double[][]>> scores = new ArrayList<>();
    List<List<Pass>> passes = new ArrayList<>();
    for (int sample = 0; sample < readings.size(); sample++) {
      scores.add(new ArrayList<>());
      for (int i = 0; i < readings.get(sample).size(); i++) {
        todo.add(new Part(sample, i, 0, readings.get(sample).get(i)));
        scores.get(sample).add(new double[readings.get(sample).get(i).count()][]);
      }
      passes.add(new ArrayList<>(Collections.nCopies(readings.get(sample).size(), null)));
    }
    Set<Integer> refused = new HashSet<>();
    while (!todo.isEmpty()) {
      List<List<Part>> wave = wave(decoder, todo);
      try {
        List<Pass> read = pass(decoder, wave);
        List<Part> parts = wave.stream().flatMap(List::stream).toList();
        for (int i = 0; i < parts.size(); i++) {
          Part part = parts.get(i);
          double[][] rows = read.get(i).negativeLogLikelihood();
          double[][] all = scores.get(part.sample).get(part.reading);
          System.arraycopy(rows, 0, all, part.from, rows.length);
          passes.get(part.sample).set(part.reading, new Pass(all, read.get(i).attention()));
        }
      } catch (DeviceMemoryException e) {
        List<Part> first = wave.get(0);
        if (wave.size() > 1) {
          waveTokens = tokens(wave) / 2;
          giveBack(wave, todo);
        } else if (first.size() > 1 || first.get(0).rows.count() > 1) {
          batchTokens = tokens(wave) / 2;
          giveBack(wave, todo);
        } else {
          int sample = first.get(0).sample;
          refused.add(sample);
          todo.removeIf(part -> part.sample == sample);
        }
      }
    }
    List<Optional<List<Pass>>> result = new ArrayList<>();
    for (int sample = 0; sample < readings.size(); sample++) {
      result.add(refused.contains(sample) ? Optional.empty() : Optional.of(passes.get(sample)));
    }
    return result;
  }

  private List<Pass> pass(Decoder decoder, List<List<Part>> wave) {
    List<Batch> batches =
        wave.stream().map(parts -> new Batch(parts.stream().map(Part::rows).toList())).toList();
    return memory.lend(
        needed(decoder, wave), () -> decoder.read(batches).stream().flatMap(List::stream).toList());
  }

  private static void giveBack(List<List<Part>> wave, Deque<Part> todo) {
    for (int i = wave.size() - 1; i >= 0; i--) {
      List<Part> batch = wave.get(i);
      for (int j = batch.size() - 1; j >= 0; j--) {
        todo.addFirst(batch.get(j));
      }
    }
  }

  /**
   * What goes through the layers next: one batch, or with streamed layers as many as the
   * micro-batch takes.
   */
  private List<List<Part>> wave(Decoder decoder, Deque<Part> todo) {
    List<List<Part>> wave = new ArrayList<>(List.of(batch(decoder, todo)));
    long limit = Math.min(waveTokens, decoder.placement().streamTokens());
    while (!todo.isEmpty()) {
      wave.add(batch(decoder, todo));
      if (tokens(wave) > limit || !memory.holds(needed(decoder, wave))) {
        giveBack(List.of(wave.remove(wave.size() - 1)), todo);
        return wave;
      }
    }
    return wave;
  }

  /** The next sequences that go together; those that are too many stay in front of the queue. */
  private List<Part> batch(Decoder decoder, Deque<Part> todo) {
    List<Part> batch = new ArrayList<>();
    List<Shape> shapes = new ArrayList<>();
    long least = bytes(decoder, List.of(todo.element().rows.shape(1)));
    long most = Math.min(memory.bytes(), Math.max(memory.share(), 2 * least));
    long room = batchTokens;
    while (!todo.isEmpty()) {
      Part next = todo.element();
      int rows = (int) Math.min(next.rows.count(), room / next.rows.length());
      while (rows > 0 && bytes(decoder, with(shapes, next.rows.shape(rows))) > most) {
        rows /= 2;
      }
      if (batch.isEmpty()) {
        rows = Math.max(rows, 1);
      } else if (rows < 1) {
        return batch;
      }
      todo.remove();
      if (rows < next.rows.count()) {
        List<Part> parts = next.cut(rows);
        todo.addFirst(parts.get(1));
        batch.add(parts.get(0));
        return batch;
      }
      batch.add(next);
      shapes.add(next.rows.shape());
      room -= next.rows.tokens();
    }
    return batch;
  }

  private static List<Shape> with(List<Shape> shapes, Shape another) {
    List<Shape> all = new ArrayList<>(shapes);
    all.add(another);
    return all;
  }

  private static int tokens(List<List<Part>> wave) {
    return wave.stream().flatMap(List::stream).mapToInt(part -> part.rows.tokens()).sum();
  }

  /** One batch at work, the others waiting with their hidden states. */
  private static long needed(Decoder decoder, List<List<Part>> wave) {
    long most = 0;
    long waiting = 0;
    for (List<Part> batch : wave) {
      long hidden = decoder.planner().waiting(tokens(List.of(batch)));
      List<Shape> shapes = batch.stream().map(part -> part.rows.shape()).toList();
      most = Math.max(most, bytes(decoder, shapes) - hidden);
      waiting += hidden;
    }
    return most + waiting;
  }

  private static long bytes(Decoder decoder, List<Shape> shapes) {
    return decoder.planner().pass(shapes).bytes();
  }
}
