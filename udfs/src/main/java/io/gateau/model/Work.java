package io.gateau.model;

import java.io.Serializable;

/**
 * An amount of work for models.
 *
 * @param tokens that models read
 * @param flops floating-point operations; a multiplication with an addition is two
 */
public record Work(long tokens, double flops) implements Serializable {
  /** No work. */
  public static final Work NONE = new Work(0, 0);

  /** Both together. */
  public Work plus(Work other) {
    return new Work(tokens + other.tokens, flops + other.flops);
  }

  /** This without another amount that it holds. */
  public Work minus(Work other) {
    return new Work(tokens - other.tokens, flops - other.flops);
  }

  /** The same work so many times. */
  public Work times(long count) {
    return new Work(tokens * count, flops * count);
  }
}
