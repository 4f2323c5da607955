package io.gateau.score;

/** Whether the device holds every sequence of a sample; all requests of the sample share it. */
final class OutOfMemoryFlag {
  private boolean raised;

  /** Records that the device does not hold one of the sequences, even alone. */
  void raise() {
    raised = true;
  }

  boolean isRaised() {
    return raised;
  }
}
