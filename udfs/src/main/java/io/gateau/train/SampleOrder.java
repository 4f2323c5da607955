package io.gateau.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The order in which a run reads samples, known from their ids before any text is read. */
final class SampleOrder {
  private SampleOrder() {}

  /**
   * One id for each step: every sample once in a random order, then all again in another one.
   *
   * @param ids of the samples, at least one
   */
  static List<String> of(List<String> ids, int steps, long seed) {
    if (ids.isEmpty()) {
      throw new IllegalArgumentException("there is no sample to train on");
    }
    Random random = new Random(seed);
    List<String> order = new ArrayList<>(steps);
    List<String> rest = new ArrayList<>();
    while (order.size() < steps) {
      if (rest.isEmpty()) {
        rest.addAll(ids);
        Collections.shuffle(rest, random);
      }
      order.add(rest.remove(rest.size() - 1));
    }
    return order;
  }
}
