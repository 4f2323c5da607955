package io.gateau.score;

import java.io.Serializable;

/**
 * A signal of one of the two models.
 *
 * @param role the model
 * @param signal what is taken from it
 */
public record ModelSignal(ModelRole role, Signal signal) implements Serializable {
  /** Checks that both are there. */
  public ModelSignal {
    if (role == null || signal == null) {
      throw new IllegalArgumentException("a signal of a model needs a role and a signal");
    }
  }

  /** A signal of the short model. */
  public static ModelSignal ofShort(Signal signal) {
    return new ModelSignal(ModelRole.SHORT, signal);
  }

  /** A signal of the long model. */
  public static ModelSignal ofLong(Signal signal) {
    return new ModelSignal(ModelRole.LONG, signal);
  }

  /** The kebab-case name, such as {@code long-segment-loss}. */
  public String name() {
    return role.code() + "-" + signal.name();
  }

  /** The name of one of the signal's columns beside those of other signals: {@code long_loss}. */
  public String column(String column) {
    return role.code() + "_" + column;
  }
}
