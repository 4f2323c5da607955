package io.gateau.model.decoder;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is in a device's memory at one moment of a pass, beside the weights.
 *
 * @param stage the step of the decoder program at which that is
 * @param terms bytes by what they hold, in the order in which they come to be
 */
public record MemoryPlan(String stage, Map<String, Long> terms) {
  public MemoryPlan {
    terms = Collections.unmodifiableMap(new LinkedHashMap<>(terms));
  }

  static MemoryPlan at(String stage) {
    return new MemoryPlan(stage, Map.of());
  }

  /** All of it together. */
  public long bytes() {
    return terms.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The same with one thing more. */
  MemoryPlan with(String term, long bytes) {
    Map<String, Long> more = new LinkedHashMap<>(terms);
    more.merge(term, bytes, Long::sum);
    return new MemoryPlan(stage, more);
  }
}
