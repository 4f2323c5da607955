package io.gateau.pipeline.inflight;

import io.gateau.score.SampleStatus;
import java.io.Serializable;
import java.util.Optional;

/**
 * What is known of a sample that was in work when a JVM ended.
 *
 * @param deathsAlone how many JVMs ended while it was the only sample in work there
 * @param deathsTogether how many JVMs ended while it was one of several in work there
 * @param timedOutAlone whether it exceeded the time limit as the only sample in work
 */
public record Suspicion(int deathsAlone, int deathsTogether, boolean timedOutAlone)
    implements Serializable {
  /** JVMs that must end before a sample is given up: one may end for another reason. */
  private static final int DEATHS_TO_GIVE_UP = 2;

  Suspicion plus(Suspicion other) {
    return new Suspicion(
        deathsAlone + other.deathsAlone,
        deathsTogether + other.deathsTogether,
        timedOutAlone || other.timedOutAlone);
  }

  /**
   * The status of a sample that is given up; empty if it is tried again. Two JVMs must have ended
   * over it, one of them while it was alone.
   */
  public Optional<SampleStatus> verdict() {
    if (timedOutAlone) {
      return Optional.of(SampleStatus.TIMED_OUT);
    }
    return deathsAlone > 0 && deathsAlone + deathsTogether >= DEATHS_TO_GIVE_UP
        ? Optional.of(SampleStatus.CRASHED)
        : Optional.empty();
  }
}
