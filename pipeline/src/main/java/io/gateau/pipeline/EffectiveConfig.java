package io.gateau.pipeline;

import io.gateau.pipeline.read.file.Secrets;
import java.util.Map;
import java.util.TreeMap;

/**
 * The configuration that a job ran with, for {@code manifest.json}: keys of the configuration file,
 * values as text, with secrets masked: {@link Secrets}.
 *
 * @param values key to value; may be empty
 */
public record EffectiveConfig(Map<String, String> values) {
  /** The configuration of a job that no configuration file describes. */
  public static final EffectiveConfig NONE = new EffectiveConfig(Map.of());

  /** Begins the keys of Spark's settings. */
  private static final String SPARK = "spark.";

  /**
   * Copies the values, and masks secrets.
   *
   * @throws IllegalArgumentException if there is no map
   */
  public EffectiveConfig {
    if (values == null) {
      throw new IllegalArgumentException("values cannot be null; use EffectiveConfig.NONE");
    }
    Map<String, String> masked = new TreeMap<>(values);
    masked.replaceAll(
        (key, value) ->
            key.startsWith(SPARK) ? Secrets.maskedSetting(key, value) : Secrets.masked(value));
    values = Map.copyOf(masked);
  }
}
