package io.gateau.pipeline.signals;

import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.pipeline.read.file.Secrets;
import java.io.Serializable;

/**
 * A model as the keys of stored signals name it, and where it was. The names of the components are
 * keys of {@code manifest.json}.
 *
 * @param path directory of the model; it enters no key, so a copied model keeps its signals
 * @param fingerprint digest of the model's files
 * @param ropeTheta the rotary base in force, from config.json or its override; positive
 * @param ropeScaling the rotary scaling in force, from config.json or its override, as text
 * @param dtype the resolved dtype, such as {@code float32}
 */
public record ScoredModel(
    String path, String fingerprint, double ropeTheta, String ropeScaling, String dtype)
    implements Serializable {

  /**
   * Checks that every value is there.
   *
   * @throws IllegalArgumentException if a text is missing or {@code ropeTheta} is not positive
   */
  public ScoredModel {
    if (path == null || fingerprint == null || ropeScaling == null || dtype == null) {
      throw new IllegalArgumentException("a model needs path, fingerprint, rope-scaling and dtype");
    }
    if (!(ropeTheta > 0)) {
      throw new IllegalArgumentException("rope-theta %s is not positive".formatted(ropeTheta));
    }
  }

  /**
   * A model as it is read.
   *
   * @throws IllegalArgumentException if its dtype is not resolved
   */
  static ScoredModel of(ModelSpec spec, Checkpoint checkpoint, String fingerprint) {
    if (!spec.dtype().isResolved()) {
      throw new IllegalArgumentException("the dtype of %s is not decided".formatted(spec.path()));
    }
    ModelConfig config = spec.config(checkpoint);
    return new ScoredModel(
        Secrets.masked(spec.path()),
        fingerprint,
        config.ropeTheta(),
        config.ropeScaling(),
        spec.dtype().code());
  }

  /** Whether both have the same weights and the same positions, whatever their dtype. */
  boolean saysTheSameAs(ScoredModel other) {
    return fingerprint.equals(other.fingerprint)
        && ropeTheta == other.ropeTheta
        && ropeScaling.equals(other.ropeScaling);
  }

  /** Whether both give the same signals: all but the path. */
  boolean sharesSignalsWith(ScoredModel other) {
    return saysTheSameAs(other) && dtype.equals(other.dtype);
  }
}
