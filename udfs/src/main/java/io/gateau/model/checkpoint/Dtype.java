package io.gateau.model.checkpoint;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The number type in which weights and hidden states are kept and matrix products, logits among
 * them, are handed on; norms, softmax and averages are float32 or better.
 */
public enum Dtype {
  /**
   * No type yet: that which suits model and machine ({@link Checkpoint#defaultDtype}). The driver
   * decides once for a whole run, so that every machine computes in the same.
   */
  AUTO(-1, 0),
  FLOAT32(6, 4),
  BFLOAT16(15, 2),
  FLOAT16(5, 2);

  /** PyTorch's own number for the type, which TorchScript takes. */
  public final int scalarType;

  /** Bytes of one number. */
  public final int bytes;

  Dtype(int scalarType, int bytes) {
    this.scalarType = scalarType;
    this.bytes = bytes;
  }

  /** Whether a model can be loaded in it. */
  public boolean isResolved() {
    return this != AUTO;
  }

  /** The name on the command line and in configuration files. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The type of that name.
   *
   * @throws IllegalArgumentException if there is none, naming those that there are
   */
  public static Dtype of(String code) {
    return Arrays.stream(values())
        .filter(type -> type.code().equals(code))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "dtype "
                        + code
                        + " is not known; use "
                        + Arrays.stream(values())
                            .map(Dtype::code)
                            .collect(Collectors.joining(", "))));
  }
}
