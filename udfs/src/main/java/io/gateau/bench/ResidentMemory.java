package io.gateau.bench;

import java.util.List;

/**
 * Resident memory of this process over many forward passes, in bytes.
 *
 * @param before before the model is made
 * @param windows after the first pass, then after each window of passes
 * @param after once the model is closed
 */
public record ResidentMemory(long before, List<Long> windows, long after) {
  public ResidentMemory {
    windows = List.copyOf(windows);
  }
}
