package io.gateau.pipeline.inflight;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Samples that were in work when a JVM ended, by content key. They are scored one at a time. */
public final class Suspects implements Serializable {
  private static final long serialVersionUID = 1;

  /** No sample is suspected. */
  public static final Suspects NONE = new Suspects(Map.of());

  private final Map<String, Suspicion> byKey;

  Suspects(Map<String, Suspicion> byKey) {
    this.byKey = new HashMap<>(byKey);
  }

  /** What is known of a sample; empty if it is not suspected. */
  public Optional<Suspicion> of(String contentKey) {
    return Optional.ofNullable(byKey.get(contentKey));
  }

  /** How many samples are suspected. */
  public int size() {
    return byKey.size();
  }

  /** Both together; deaths that both know are counted twice. */
  public Suspects plus(Suspects other) {
    Map<String, Suspicion> both = new HashMap<>(byKey);
    other.byKey.forEach((key, suspicion) -> both.merge(key, suspicion, Suspicion::plus));
    return new Suspects(both);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Suspects suspects && byKey.equals(suspects.byKey);
  }

  @Override
  public int hashCode() {
    return byKey.hashCode();
  }
}
