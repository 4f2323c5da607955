package io.gateau.pipeline;

import java.util.Map;

/**
 * The configuration that a job ran with, for {@code manifest.json}: keys of the configuration file,
 * values as text, no secrets.
 *
 * @param values key to value; may be empty
 */
public record EffectiveConfig(Map<String, String> values) {
  /** The configuration of a job that no configuration file describes. */
  public static final EffectiveConfig NONE = new EffectiveConfig(Map.of());

  /**
   * Copies the values.
   *
   * @throws IllegalArgumentException if there is no map
   */
  public EffectiveConfig {
    if (values == null) {
      throw new IllegalArgumentException("values cannot be null; use EffectiveConfig.NONE");
    }
    values = Map.copyOf(values);
  }
}
