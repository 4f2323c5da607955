package io.gateau.model;

import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.RopeScalingOverride;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * How to make a decoder: which checkpoint, with which rotary embedding, dtype and device. It
 * travels to executors in place of a model.
 *
 * @param path Hugging Face directory, at the same place on every machine, the URL of one in a store
 *     that all machines reach, or the name of one of the {@link EmbeddedModels}
 * @param ropeTheta rotary base, positive, or {@link #CONFIGURED_THETA} for that of config.json; the
 *     scaling stays, and is computed from the new base: {@link ModelConfig#withRopeTheta}
 * @param ropeScaling rotary scaling, or {@link RopeScalingOverride#CONFIGURED} for that of
 *     config.json
 * @param dtype of weights and hidden states; {@link Dtype#AUTO} until the driver has resolved it
 * @param device {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param memoryPolicy how the model uses the memory of its device
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

  private static final String FILE_SCHEME = "file:/";

  private static final Pattern URL = Pattern.compile("\\p{Alpha}[\\p{Alnum}+.-]+:/.*");

  public ModelSpec {
    if (path == null || path.isBlank()) {
      throw new IllegalArgumentException("a model needs a directory");
    }
    if (!(ropeTheta >= 0) || Double.isInfinite(ropeTheta)) {
      throw new IllegalArgumentException(
          "rope-theta %s is not a positive number; 10000 is common".formatted(ropeTheta));
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

  /** With the rotary scaling of config.json and the default memory policy. */
  public ModelSpec(String path, double ropeTheta, Dtype dtype, String device) {
    this(path, ropeTheta, RopeScalingOverride.CONFIGURED, dtype, device, MemoryPolicy.DEFAULT);
  }

  /** Whether the path is a URL such as {@code s3a://bucket/model}, and no file URL. */
  public boolean isRemote() {
    return URL.matcher(path).matches() && !path.startsWith(FILE_SCHEME);
  }

  /**
   * The directory of the model on this machine; an embedded model is unpacked first.
   *
   * @throws ModelException if there is no embedded model of that name, it cannot be unpacked, or
   *     the path is a URL
   */
  public Path directory() {
    if (isRemote()) {
      throw new ModelException(
          "the model %s is not on this machine; gateau run, gateau score and the SQL functions fetch it, for anything else copy it and name the folder"
              .formatted(path));
    }
    return EmbeddedModels.isName(path) ? EmbeddedModels.directory(path) : localPath();
  }

  /**
   * The config of a checkpoint with the rotary scaling and base of this spec.
   *
   * @throws ModelException if the scaling does not fit the model
   */
  public ModelConfig config(Checkpoint checkpoint) {
    ModelConfig scaled = checkpoint.config(ropeScaling);
    return scaled.withRopeTheta(ropeThetaOr(scaled.ropeTheta()));
  }

  /** The rotary base of this spec or, if it has none, {@code configured}. */
  double ropeThetaOr(double configured) {
    return ropeTheta == CONFIGURED_THETA ? configured : ropeTheta;
  }

  /**
   * This spec with the absolute path of its directory, for processes with another working
   * directory; a URL stays as it is.
   */
  public ModelSpec absolute() {
    return EmbeddedModels.isName(path) || isRemote()
        ? this
        : withPath(localPath().toAbsolutePath().toString());
  }

  private Path localPath() {
    return path.startsWith(FILE_SCHEME) ? Path.of(URI.create(path).getPath()) : Path.of(path);
  }

  /** This spec with the same model at another place. */
  public ModelSpec withPath(String other) {
    return new ModelSpec(other, ropeTheta, ropeScaling, dtype, device, memoryPolicy);
  }

  /** This spec with another memory policy. */
  public ModelSpec withMemoryPolicy(MemoryPolicy other) {
    return new ModelSpec(path, ropeTheta, ropeScaling, dtype, device, other);
  }

  /** This spec with another device, as {@link Devices} names it. */
  public ModelSpec onDevice(String otherDevice) {
    return new ModelSpec(path, ropeTheta, ropeScaling, dtype, otherDevice, memoryPolicy);
  }

  /** This spec with another dtype. */
  public ModelSpec withDtype(Dtype other) {
    return new ModelSpec(path, ropeTheta, ropeScaling, other, device, memoryPolicy);
  }
}
