package io.gateau.model.decoder;

import io.gateau.model.checkpoint.ModelConfig;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The layers and query heads whose attention a forward pass collects.
 *
 * @param layers decoder layers, counted from 0
 * @param heads query heads, the same in each of these layers, counted from 0
 */
public record AttentionHeads(List<Integer> layers, List<Integer> heads) {
  /** Collects no attention. */
  public static final AttentionHeads NONE = new AttentionHeads(List.of(), List.of());

  public AttentionHeads {
    layers = List.copyOf(layers);
    heads = List.copyOf(heads);
    if (layers.isEmpty() != heads.isEmpty()) {
      throw new IllegalArgumentException(
          "attention needs both layers and heads, or neither: layers %s, heads %s"
              .formatted(layers, heads));
    }
  }

  /** All layers and heads of a model. */
  public static AttentionHeads all(ModelConfig config) {
    return new AttentionHeads(
        IntStream.range(0, config.layers()).boxed().toList(),
        IntStream.range(0, config.heads()).boxed().toList());
  }

  /** Whether no attention is collected. */
  public boolean isNone() {
    return layers.isEmpty();
  }

  /**
   * Checks that a model has these layers and heads.
   *
   * @throws IllegalArgumentException if it does not
   */
  void requireWithin(ModelConfig config) {
    requireBelow("layer", layers, config.layers());
    requireBelow("head", heads, config.heads());
  }

  private static void requireBelow(String what, List<Integer> numbers, int count) {
    for (int number : numbers) {
      if (number < 0 || number >= count) {
        throw new IllegalArgumentException(
            "attention %s %d is not one of this model's %d, numbered from 0"
                .formatted(what, number, count));
      }
    }
  }
}
