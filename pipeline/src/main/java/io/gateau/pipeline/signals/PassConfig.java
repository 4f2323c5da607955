package io.gateau.pipeline.signals;

import java.io.Serializable;

/**
 * Everything beside the sample that decides the signals of one model's passes, as text. The names
 * of the components are keys of {@code manifest.json}, and the texts enter the keys of stored
 * signals.
 *
 * @param path directory of the model
 * @param fingerprint digest of the model's files
 * @param ropeTheta the rotary base in force, from config.json or its override; positive
 * @param ropeScaling the rotary scaling in force, from config.json or its override, as text
 * @param dtype the resolved dtype, such as {@code float32}
 * @param settings token limit and template; for the long model its segments and attention focus too
 */
public record PassConfig(
    String path,
    String fingerprint,
    double ropeTheta,
    String ropeScaling,
    String dtype,
    String settings)
    implements Serializable {

  /**
   * Checks that every value is there.
   *
   * @throws IllegalArgumentException if a text is missing or {@code ropeTheta} is not positive
   */
  public PassConfig {
    if (path == null
        || fingerprint == null
        || ropeScaling == null
        || dtype == null
        || settings == null) {
      throw new IllegalArgumentException(
          "a model's recipe needs path, fingerprint, rope-scaling, dtype and settings");
    }
    if (!(ropeTheta > 0)) {
      throw new IllegalArgumentException("rope-theta %s is not positive".formatted(ropeTheta));
    }
  }

  /** What enters the key; the path does not, so a copied model keeps its signals. */
  String text() {
    return String.join("\n", fingerprint, Double.toString(ropeTheta), ropeScaling, dtype, settings);
  }
}
