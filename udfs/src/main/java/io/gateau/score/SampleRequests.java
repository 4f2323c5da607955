package io.gateau.score;

import io.gateau.model.decoder.AttentionHeads;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The requests that one sample makes of one model. They succeed or fail together: once the device
 * lacks the memory for one of them, none of the others runs. For one thread.
 */
final class SampleRequests {
  private final OutOfMemoryFlag outOfMemory = new OutOfMemoryFlag();
  private final List<Request> requests = new ArrayList<>();

  /** Adds a request; the caller keeps it to read its result. */
  Request add(int[] sequence, int responseTokens, AttentionHeads attentionHeads) {
    Request request = new Request(outOfMemory, sequence, responseTokens, attentionHeads);
    requests.add(request);
    return request;
  }

  /** The requests in the order in which they were added. */
  List<Request> requests() {
    return Collections.unmodifiableList(requests);
  }

  /** Whether the device does not hold one of the sequences, even alone. */
  boolean isOutOfMemory() {
    return outOfMemory.isRaised();
  }
}
