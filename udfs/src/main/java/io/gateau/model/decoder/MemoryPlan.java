package io.gateau.model.decoder;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The device memory at one stage of a forward pass, beside the weights.
 *
 * @param stage the step of decoder.py
 * @param terms bytes by what they hold, in the order in which they are allocated
 */
public record MemoryPlan(String stage, Map<String, Long> terms) {
  public MemoryPlan {
    terms = Collections.unmodifiableMap(new LinkedHashMap<>(terms));
  }

  /** A stage with nothing in memory. */
  static MemoryPlan at(String stage) {
    return new MemoryPlan(stage, Map.of());
  }

  /** Bytes of all terms. */
  public long bytes() {
    return terms.values().stream().mapToLong(Long::longValue).sum();
  }

  /** This plan with {@code bytes} more bytes under {@code term}. */
  MemoryPlan with(String term, long bytes) {
    Map<String, Long> more = new LinkedHashMap<>(terms);
    more.merge(term, bytes, Long::sum);
    return new MemoryPlan(stage, more);
  }
}
