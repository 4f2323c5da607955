package io.gateau.model.checkpoint;

import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * The sliding window that config.json sets, and the layers that have it: those that {@code
 * layer_types} lists or, without that key, those of the family's own pattern.
 *
 * @param positions that a query attends to, its own included, or {@link LayerConfig#NO_WINDOW}
 * @param layers accepts the numbers of the layers that have the window, from 0
 */
record SlidingWindow(int positions, IntPredicate layers) {
  private static final String WINDOW = "sliding_window";
  private static final String LAYER_TYPES = "layer_types";
  private static final String SLIDING = "sliding_attention";
  private static final String FULL = "full_attention";
  private static final int COMMON = 4096;

  /** Mistral's: in every layer; 4096 positions if config.json has no such key. */
  static SlidingWindow mistral(ConfigFile config) {
    return new SlidingWindow(positions(config, COMMON), layer -> true);
  }

  /** Phi-3's: in every layer; none if config.json has no such key. */
  static SlidingWindow phi3(ConfigFile config) {
    return new SlidingWindow(positions(config, LayerConfig.NO_WINDOW), layer -> true);
  }

  /** Qwen's: in the layers from {@code max_window_layers} on, if {@code use_sliding_window}. */
  static SlidingWindow qwen(ConfigFile config, int layers) {
    double from = config.number("max_window_layers", 28);
    boolean used = config.flag("use_sliding_window", false);
    int positions = used ? positions(config, COMMON) : LayerConfig.NO_WINDOW;
    return listedOr(config, layers, positions, layer -> used && layer >= from);
  }

  /** Gemma 3's: in all layers but every sixth, or another {@code sliding_window_pattern}. */
  static SlidingWindow gemma3(ConfigFile config, int layers) {
    int pattern = config.positive("sliding_window_pattern", 6);
    return listedOr(config, layers, positions(config, COMMON), layer -> (layer + 1) % pattern != 0);
  }

  /** The value in config.json: null means no window, a missing key the family's default. */
  private static int positions(ConfigFile config, int defaultPositions) {
    return config.states(WINDOW)
        ? config.positive(WINDOW, LayerConfig.NO_WINDOW)
        : defaultPositions;
  }

  private static SlidingWindow listedOr(
      ConfigFile config, int layers, int positions, IntPredicate pattern) {
    if (!config.has(LAYER_TYPES)) {
      return new SlidingWindow(positions, pattern);
    }
    List<String> listed = config.texts(LAYER_TYPES);
    if (listed.size() != layers || !Set.of(FULL, SLIDING).containsAll(listed)) {
      throw config.wrong(
          LAYER_TYPES, "it must have full_attention or sliding_attention for each layer");
    }
    if (listed.contains(SLIDING) && positions == LayerConfig.NO_WINDOW) {
      throw config.wrong(
          WINDOW, "layer_types asks for sliding_attention, so it must be a positive whole number");
    }
    return new SlidingWindow(positions, layer -> listed.get(layer).equals(SLIDING));
  }
}
