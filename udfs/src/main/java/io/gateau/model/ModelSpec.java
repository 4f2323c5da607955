package io.gateau.model;

import java.io.Serializable;
import java.nio.file.Path;

/**
 * The recipe for a decoder: what travels to executors in place of a model.
 *
 * @param path Hugging Face directory, at the same place on every machine, or the name of one of the
 *     {@link EmbeddedModels}
 * @param ropeTheta rotary base, or {@link #CONFIGURED_THETA} for that of config.json; the scaling
 *     stays, and is computed from the new base: {@link ModelConfig#withRopeTheta}
 * @param ropeScaling rotary scaling, or {@link ScalingOverride#CONFIGURED} for that of config.json
 * @param type number type of weights and hidden states; {@link NumberType#AUTO} until the driver
 *     has decided
 * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param placement how the model lies there
 */
public record ModelSpec(
    String path,
    double ropeTheta,
    ScalingOverride ropeScaling,
    NumberType type,
    String device,
    Placement placement)
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
    if (ropeScaling == null) {
      throw new IllegalArgumentException("the rotary scaling is missing");
    }
    if (type == null) {
      throw new IllegalArgumentException("the dtype is missing");
    }
    Devices.checked(device);
    if (placement == null) {
      throw new IllegalArgumentException("the placement is missing");
    }
  }

  /** With the rotary scaling that config.json states, in the usual placement. */
  public ModelSpec(String path, double ropeTheta, NumberType type, String device) {
    this(path, ropeTheta, ScalingOverride.CONFIGURED, type, device, Placement.DEFAULT);
  }

  /**
   * The directory of the model on this machine.
   *
   * @throws ModelException if the path is the name of an embedded model that does not exist
   */
  public Path directory() {
    return EmbeddedModels.isName(path) ? EmbeddedModels.directory(path) : Path.of(path);
  }

  /** The rotary base to use, given what config.json says. */
  public double ropeThetaOr(double configured) {
    return ropeTheta == CONFIGURED_THETA ? configured : ropeTheta;
  }

  /** The same recipe with the full path of the directory, for processes that work elsewhere. */
  public ModelSpec absolute() {
    return EmbeddedModels.isName(path)
        ? this
        : new ModelSpec(
            Path.of(path).toAbsolutePath().toString(),
            ropeTheta,
            ropeScaling,
            type,
            device,
            placement);
  }

  /** The same recipe in another placement. */
  public ModelSpec placed(Placement other) {
    return new ModelSpec(path, ropeTheta, ropeScaling, type, device, other);
  }

  /** The same recipe on another device. */
  public ModelSpec on(String otherDevice) {
    return new ModelSpec(path, ropeTheta, ropeScaling, type, otherDevice, placement);
  }

  /** The same recipe in another number type. */
  public ModelSpec as(NumberType otherType) {
    return new ModelSpec(path, ropeTheta, ropeScaling, otherType, device, placement);
  }
}
