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
 * them. A batch takes from the readings in their order, of several samples if they are short; one
 * sequence at the least. A batch that the device refuses is halved and tried again; the smaller
 * budget stays for all that follows. A single sequence that is refused ends its sample's readings
 * and no other's.
 */
final class ReadingQueue {
  /** More tokens at once bring nothing on a CPU: its cores are busy, and its caches overflow. */
  static final int CPU_TOKENS = 8_192;

  private static final int GPU_TOKENS = 65_536;
  private static final int NEVER_REFUSED = 0;

  private final DeviceMemory memory;
  private int batchTokens;
  private int tokensBeforeRefusal = NEVER_REFUSED;
  private int microBatchTokens = Integer.MAX_VALUE;

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

  /** Some sequences of a sample's reading number {@code index}, from number {@code from} on. */
  private record Part(int sample, int index, int from, Reading reading) {
    int count() {
      return reading.count();
    }

    /** So many of its first sequences. */
    Part first(int many) {
      return many == count() ? this : new Part(sample, index, from, slice(0, many));
    }

    /** The others. */
    Part without(int many) {
      return new Part(sample, index, from + many, slice(many, count()));
    }

    private Reading slice(int begin, int end) {
      int[][] sequences = Arrays.copyOfRange(reading.sequences(), begin, end);
      return new Reading(sequences, reading.responseTokens(), reading.focus());
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
      List<List<Part>> batches = microBatch(decoder, todo);
      try {
        List<Pass> read = pass(decoder, batches);
        List<Part> parts = batches.stream().flatMap(List::stream).toList();
        for (int i = 0; i < parts.size(); i++) {
          Part part = parts.get(i);
          double[][] rows = read.get(i).negativeLogLikelihood();
          double[][] all = scores.get(part.sample).get(part.index);
          System.arraycopy(rows, 0, all, part.from, rows.length);
          passes.get(part.sample).set(part.index, new Pass(all, read.get(i).attention()));
        }
        tokensBeforeRefusal = NEVER_REFUSED;
      } catch (DeviceMemoryException e) {
        if (batches.size() > 1) {
          microBatchTokens = tokens(batches) / 2;
          giveBack(batches, todo);
        } else if (!isSingle(batches.get(0))) {
          tokensBeforeRefusal = Math.max(tokensBeforeRefusal, batchTokens);
          batchTokens = tokens(batches) / 2;
          giveBack(batches, todo);
        } else {
          // If nothing fitted since larger batches were refused, it was this one's fault.
          batchTokens = Math.max(batchTokens, tokensBeforeRefusal);
          tokensBeforeRefusal = NEVER_REFUSED;
          int sample = batches.get(0).get(0).sample;
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

  private List<Pass> pass(Decoder decoder, List<List<Part>> microBatch) {
    List<Batch> batches =
        microBatch.stream()
            .map(parts -> new Batch(parts.stream().map(Part::reading).toList()))
            .toList();
    return memory.lend(
        needed(decoder, microBatch),
        () -> decoder.read(batches).stream().flatMap(List::stream).toList());
  }

  private static void giveBack(List<List<Part>> batches, Deque<Part> todo) {
    List<Part> parts = new ArrayList<>(batches.stream().flatMap(List::stream).toList());
    Collections.reverse(parts);
    parts.forEach(todo::addFirst);
  }

  /**
   * What goes through the layers next: one batch, or with streamed layers as many as the
   * micro-batch takes.
   */
  private List<List<Part>> microBatch(Decoder decoder, Deque<Part> todo) {
    List<List<Part>> batches = new ArrayList<>(List.of(batch(decoder, todo)));
    long limit = Math.min(microBatchTokens, decoder.placement().streamTokens());
    while (!todo.isEmpty() && tokens(batches) < limit) {
      batches.add(batch(decoder, todo));
      if (tokens(batches) > limit || !memory.holds(needed(decoder, batches))) {
        giveBack(List.of(batches.remove(batches.size() - 1)), todo);
        return batches;
      }
    }
    return batches;
  }

  /** The next sequences that go together; those that are too many stay in front of the queue. */
  private List<Part> batch(Decoder decoder, Deque<Part> todo) {
    long least = bytes(decoder, List.of(todo.element().first(1)));
    // One sequence more than the longest costs, so that short samples of little memory share too.
    long most = Math.min(memory.bytes(), Math.max(memory.share(), 2 * least));
    List<Part> batch = first(todo, batchTokens);
    while (!isSingle(batch) && bytes(decoder, batch) > most) {
      batch = first(todo, tokens(List.of(batch)) / 2);
    }
    for (Part part : batch) {
      Part whole = todo.remove();
      if (part.count() < whole.count()) {
        todo.addFirst(whole.without(part.count()));
      }
    }
    return batch;
  }

  /** The first sequences of the queue that have so many tokens together, one at the least. */
  private static List<Part> first(Deque<Part> todo, long tokens) {
    List<Part> first = new ArrayList<>();
    long room = tokens;
    for (Part part : todo) {
      int count = (int) Math.min(part.count(), room / part.reading.length());
      if (count < 1 && !first.isEmpty()) {
        return first;
      }
      Part taken = part.first(Math.max(1, count));
      first.add(taken);
      room -= taken.reading.tokens();
      if (room < 1 || taken.count() < part.count()) {
        return first;
      }
    }
    return first;
  }

  private static boolean isSingle(List<Part> batch) {
    return batch.size() == 1 && batch.get(0).count() == 1;
  }

  private static int tokens(List<List<Part>> batches) {
    return batches.stream().flatMap(List::stream).mapToInt(part -> part.reading.tokens()).sum();
  }

  /** One batch at work, the others waiting. */
  private static long needed(Decoder decoder, List<List<Part>> batches) {
    long most = 0;
    long waiting = 0;
    for (List<Part> batch : batches) {
      long kept = decoder.planner().waiting(tokens(List.of(batch)));
      most = Math.max(most, bytes(decoder, batch) - kept);
      waiting += kept;
    }
    return most + waiting;
  }

  private static long bytes(Decoder decoder, List<Part> batch) {
    return decoder
        .planner()
        .pass(batch.stream().map(part -> part.reading.shape()).toList())
        .bytes();
  }
}
