package io.gateau.score;

/** What the requests of one sample to one model share: whether they can still succeed. */
final class SampleState {
  private boolean outOfMemory;

  /** Records that the device does not hold one of the sequences, even alone. */
  void failOutOfMemory() {
    outOfMemory = true;
  }

  boolean isOutOfMemory() {
    return outOfMemory;
  }
}
