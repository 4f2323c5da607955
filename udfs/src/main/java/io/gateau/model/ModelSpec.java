package io.gateau.model;

import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.RopeScalingOverride;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * The recipe for a decoder: what travels to executors in place of a model.
 *
 * @param path Hugging Face directory, at the same place on every machine, or the name of one of the
 *     {@link EmbeddedModels}
 * @param ropeTheta rotary base, or {@link #CONFIGURED_THETA} for that of config.json; the scaling
 *     stays, and is computed from the new base: {@link ModelConfig#withRopeTheta}
 * @param ropeScaling rotary scaling, or {@link RopeScalingOverride#CONFIGURED} for that of
 *     config.json
 * @param dtype number type of weights and hidden states; {@link Dtype#AUTO} until the driver has
 *     decided
 * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param memoryPolicy how the model lies there
 */
public record ModelSpec(
    String path,
    double ropeTheta,
    RopeScalingOverride ropeScaling,
    Dtype dtype,
    String device,
    MemoryPolicy memoryPolicy)
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
    if (dtype == null) {
      throw new IllegalArgumentException("the dtype is missing");
    }
    Devices.checked(device);
    if (memoryPolicy == null) {
      throw new IllegalArgumentException("the memory policy is missing");
    }
  }

  /** With the rotary scaling that config.json states, in the usual placement. */
  public ModelSpec(String path, double ropeTheta, Dtype dtype, String device) {
    this(path, ropeTheta, RopeScalingOverride.CONFIGURED, dtype, device, MemoryPolicy.DEFAULT);
  }

  /**
   * The directory of the model on this machine.
   *
   * @throws ModelException if the path is the name of an embedded model that does not exist
   */
  public Path directory() {
    return EmbeddedModels.isName(path) ? EmbeddedModels.directory(path) : Path.of(path);
  }

  /**
   * The config of a checkpoint with the rotary scaling and base of this recipe.
   *
   * @throws ModelException if the scaling does not go with the model
   */
  public ModelConfig config(Checkpoint checkpoint) {
    ModelConfig scaled = checkpoint.config(ropeScaling);
    return scaled.withRopeTheta(ropeThetaOr(scaled.ropeTheta()));
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
            dtype,
            device,
            memoryPolicy);
  }

  /** The same recipe in another placement. */
  public ModelSpec withMemoryPolicy(MemoryPolicy other) {
    return new ModelSpec(path, ropeTheta, ropeScaling, dtype, device, other);
  }

  /** The same recipe on another device. */
  public ModelSpec onDevice(String otherDevice) {
    return new ModelSpec(path, ropeTheta, ropeScaling, dtype, otherDevice, memoryPolicy);
  }

  /** The same recipe in another number type. */
  public ModelSpec withDtype(Dtype other) {
    return new ModelSpec(path, ropeTheta, ropeScaling, other, device, memoryPolicy);
  }
}
