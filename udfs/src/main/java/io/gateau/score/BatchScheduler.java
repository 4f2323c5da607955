package io.gateau.score;

import io.gateau.model.DeviceMemory;
import io.gateau.model.ForwardCost;
import io.gateau.model.Work;
import io.gateau.model.decoder.Decoder;
import io.gateau.model.decoder.DeviceOutOfMemoryException;
import io.gateau.model.decoder.PackedBatch;
import io.gateau.model.decoder.SequenceGroup;
import io.gateau.model.decoder.SequenceGroupOutput;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ObjLongConsumer;

/**
 * Runs requests in packed batches until each is complete. {@link BatchPlanner} cuts the next
 * batches, this class runs them, and {@link TokenBudget} backs off when the device is out of
 * memory: requests that did not fit stay in the queue and are cut into smaller batches. A single
 * request that does not fit ends its sample and no other. For one thread.
 */
final class BatchScheduler {
  /** Larger batches do not help a CPU: its cores are busy, and its caches overflow. */
  private static final int CPU_BATCH_TOKENS = 8_192;

  private static final int GPU_BATCH_TOKENS = 65_536;

  private final Decoder decoder;
  private final DeviceMemory memory;
  private final BatchPlanner planner;
  private final TokenBudget budget;
  private final ForwardCost cost;
  private ObjLongConsumer<Work> listener = (work, sequences) -> {};

  /**
   * A scheduler for one decoder.
   *
   * @param batchTokens token budget of a batch, or {@link ScoringConfig#AUTO_BATCH}
   * @param memory what the device has for activations
   */
  BatchScheduler(Decoder decoder, int batchTokens, DeviceMemory memory) {
    this.decoder = decoder;
    this.memory = memory;
    this.planner = new BatchPlanner(decoder.memoryPlanner(), memory);
    int tokens =
        batchTokens != ScoringConfig.AUTO_BATCH
            ? batchTokens
            : decoder.isOnGpu() ? GPU_BATCH_TOKENS : CPU_BATCH_TOKENS;
    this.budget = new TokenBudget(tokens, decoder.batchGroupTokens());
    this.cost = new ForwardCost(decoder.config());
  }

  /** Tells of each batch from now on. */
  void listener(ObjLongConsumer<Work> value) {
    listener = value;
  }

  /** Token budget of a batch by now. */
  int batchTokens() {
    return budget.batchTokens();
  }

  /** Completes the requests of all samples, apart from those of samples that ran out of memory. */
  void score(List<SampleRequests> samples) {
    List<Request> queue = new ArrayList<>();
    samples.forEach(sample -> queue.addAll(sample.requests()));
    // Requests that need the same layers can share a batch.
    queue.sort(Comparator.comparing(Request::isFirstLayerOnly));
    int done = 0;
    while (done < queue.size()) {
      List<Request> waiting = queue.subList(done, queue.size());
      List<List<Request>> group =
          planner.nextBatchGroup(waiting, budget.batchTokens(), budget.groupTokens());
      try {
        run(group);
        budget.fitted();
        done += group.stream().mapToInt(List::size).sum();
      } catch (DeviceOutOfMemoryException e) {
        backOff(group);
        // What did not fit is still in the queue; the requests of a failed sample leave it.
        waiting.removeIf(request -> request.outOfMemory().isRaised());
      }
    }
  }

  /** Runs a batch group and hands each request its result. */
  private void run(List<List<Request>> group) {
    List<List<List<Request>>> sequenceGroups =
        group.stream().map(BatchPlanner::sequenceGroups).toList();
    List<PackedBatch> batches = sequenceGroups.stream().map(BatchScheduler::packedBatch).toList();
    List<List<SequenceGroupOutput>> outputs =
        memory.reserve(planner.bytes(group), () -> decoder.forward(batches));
    for (int batch = 0; batch < batches.size(); batch++) {
      for (int i = 0; i < sequenceGroups.get(batch).size(); i++) {
        complete(sequenceGroups.get(batch).get(i), outputs.get(batch).get(i));
      }
    }
    group.forEach(this::tell);
  }

  private void tell(List<Request> batch) {
    listener.accept(
        batch.stream()
            .map(request -> new Work(request.tokens(), flops(request)))
            .reduce(Work.NONE, Work::plus),
        batch.size());
  }

  private double flops(Request request) {
    return request.isFirstLayerOnly()
        ? cost.firstLayerAttentionFlops(request.tokens())
        : cost.flops(request.tokens(), request.responseTokens());
  }

  private static PackedBatch packedBatch(List<List<Request>> sequenceGroups) {
    return new PackedBatch(sequenceGroups.stream().map(BatchScheduler::sequenceGroup).toList());
  }

  private static SequenceGroup sequenceGroup(List<Request> requests) {
    int[][] sequences = requests.stream().map(Request::sequence).toArray(int[][]::new);
    Request first = requests.get(0);
    return new SequenceGroup(
        sequences, first.responseTokens(), first.attentionHeads(), first.measures());
  }

  private static void complete(List<Request> requests, SequenceGroupOutput output) {
    for (int i = 0; i < requests.size(); i++) {
      requests
          .get(i)
          .complete(
              new SequenceOutput(
                  output.negativeLogLikelihood()[i], output.attention(), output.measures()));
    }
  }

  private void backOff(List<List<Request>> group) {
    List<Request> first = group.get(0);
    if (group.size() > 1) {
      budget.groupDidNotFit(BatchPlanner.tokens(group));
    } else if (first.size() > 1) {
      budget.batchDidNotFit(BatchPlanner.tokens(group));
    } else {
      budget.requestDidNotFit();
      first.get(0).outOfMemory().raise();
    }
  }
}
