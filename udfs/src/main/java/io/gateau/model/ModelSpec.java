package io.gateau.model;

import java.io.Serializable;
import java.nio.file.Path;

/**
 * The recipe for a decoder: what travels to executors in place of a model.
 *
 * @param path Hugging Face directory, at the same place on every machine
 * @param ropeTheta rotary base, or {@link #CONFIGURED_THETA} for that of config.json; the scaling
 *     that config.json states stays: {@link ModelConfig#withRopeTheta}
 * @param type number type of weights and hidden states
 * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
 */
public record ModelSpec(String path, double ropeTheta, NumberType type, String device)
    implements Serializable {
  /** Stands for the rotary base that config.json states. */
  public static final double CONFIGURED_THETA = 0;

  public ModelSpec {
    if (path == null || path.isBlank()) {
      throw new IllegalArgumentException("a model needs a directory");
    }
    if (!(ropeTheta >= 0) || Double.isInfinite(ropeTheta)) {
      throw new IllegalArgumentException(
          "rope-theta " + ropeTheta + " is not a positive number; 10000 is common");
    }
    if (type == null) {
      throw new IllegalArgumentException("the dtype is missing");
    }
    Devices.checked(device);
  }

  public Path directory() {
    return Path.of(path);
  }

  /** The rotary base to use, given what config.json says. */
  public double ropeThetaOr(double configured) {
    return ropeTheta == CONFIGURED_THETA ? configured : ropeTheta;
  }

  /** The same recipe on another device. */
  public ModelSpec on(String otherDevice) {
    return new ModelSpec(path, ropeTheta, type, otherDevice);
  }
}
