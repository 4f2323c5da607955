package io.gateau.score;

import io.gateau.model.DeviceMemory;
import io.gateau.model.decoder.MemoryPlanner;
import io.gateau.model.decoder.MemoryPlanner.GroupShape;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts batches from a queue of requests, within a token budget and the device's memory. A batch
 * takes requests in their order, at least one; it may mix samples and lengths.
 */
final class BatchPlanner {
  private final MemoryPlanner planner;
  private final DeviceMemory memory;

  BatchPlanner(MemoryPlanner planner, DeviceMemory memory) {
    this.planner = planner;
    this.memory = memory;
  }

  /**
   * The batches that go through the layers next: one batch or, with streamed layers, as many as a
   * batch group holds. The requests stay in the queue.
   *
   * @param queue requests in their order, not empty
   * @param batchTokens token budget of a batch
   * @param groupTokens tokens of a batch group; 0 for one batch
   */
  List<List<Request>> nextBatchGroup(List<Request> queue, int batchTokens, long groupTokens) {
    List<List<Request>> group = new ArrayList<>(List.of(nextBatch(queue, batchTokens)));
    int next = group.get(0).size();
    while (next < queue.size() && tokens(group) < groupTokens) {
      List<Request> batch = nextBatch(queue.subList(next, queue.size()), batchTokens);
      group.add(batch);
      if (tokens(group) > groupTokens || !memory.holds(bytes(group))) {
        group.remove(batch);
        return group;
      }
      next += batch.size();
    }
    return group;
  }

  /** The first requests that fit into one batch. */
  private List<Request> nextBatch(List<Request> queue, int batchTokens) {
    long single = batchBytes(queue.subList(0, 1));
    // Twice the memory of the first request at the least, so that small requests share a batch.
    long budget = Math.min(memory.bytes(), Math.max(memory.share(), 2 * single));
    List<Request> batch = leading(queue, batchTokens);
    while (batch.size() > 1 && batchBytes(batch) > budget) {
      batch = leading(queue, batchTokens(batch) / 2);
    }
    return batch;
  }

  /**
   * The first requests that have at most {@code tokens} tokens in all, at least one request, and
   * that need the same layers.
   */
  private static List<Request> leading(List<Request> queue, long tokens) {
    long rest = tokens - queue.get(0).tokens();
    int count = 1;
    while (count < queue.size()
        && queue.get(count).tokens() <= rest
        && queue.get(count).isFirstLayerOnly() == queue.get(0).isFirstLayerOnly()) {
      rest -= queue.get(count).tokens();
      count++;
    }
    return queue.subList(0, count);
  }

  /** Bytes that the activations of a batch group need: one batch at work, the others waiting. */
  long bytes(List<List<Request>> group) {
    long atWork = 0;
    long waiting = 0;
    for (List<Request> batch : group) {
      long kept = planner.waitingBytes(batchTokens(batch));
      atWork = Math.max(atWork, batchBytes(batch) - kept);
      waiting += kept;
    }
    return atWork + waiting;
  }

  private long batchBytes(List<Request> batch) {
    return planner.pass(groupShapes(batch)).bytes();
  }

  private static List<GroupShape> groupShapes(List<Request> batch) {
    return sequenceGroups(batch).stream()
        .map(group -> group.get(0).groupShape(group.size()))
        .toList();
  }

  /** Splits a batch into runs of requests that stand in one sequence group. */
  static List<List<Request>> sequenceGroups(List<Request> batch) {
    List<List<Request>> groups = new ArrayList<>();
    int first = 0;
    for (int i = 1; i <= batch.size(); i++) {
      if (i == batch.size() || !batch.get(first).sharesGroupWith(batch.get(i))) {
        groups.add(batch.subList(first, i));
        first = i;
      }
    }
    return groups;
  }

  /** Tokens of a batch group. */
  static long tokens(List<List<Request>> group) {
    return group.stream().mapToLong(BatchPlanner::batchTokens).sum();
  }

  private static long batchTokens(List<Request> batch) {
    return batch.stream().mapToLong(Request::tokens).sum();
  }
}
