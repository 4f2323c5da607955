package io.gateau.model.checkpoint;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The dtype of weights, hidden states and the results of matrix products, logits among them. Norms,
 * softmax and averages are computed in float32 or better, whatever the dtype.
 */
public enum Dtype {
  /**
   * Not resolved yet: the dtype that suits model and machine ({@link Checkpoint#defaultDtype}). The
   * driver resolves it once for a whole run, so that every machine computes in the same dtype.
   */
  AUTO(-1, 0),
  /** IEEE 754 single precision. */
  FLOAT32(6, 4),
  /** The upper half of a float32: its range, with 8 bits of precision. */
  BFLOAT16(15, 2),
  /** IEEE 754 half precision: 11 bits of precision, 65,504 at the most. */
  FLOAT16(5, 2);

  /**
   * PyTorch's code of the dtype (c10/core/ScalarType.h: 5 Half, 6 Float, 15 BFloat16; 7, Double, is
   * used in programs only). TorchScript has no name for a dtype and takes this number instead; -1
   * for {@link #AUTO}.
   */
  public final int scalarType;

  /** Bytes of one number; 0 for {@link #AUTO}. */
  public final int bytes;

  Dtype(int scalarType, int bytes) {
    this.scalarType = scalarType;
    this.bytes = bytes;
  }

  /** Whether a model can be loaded in it: true for every dtype but {@link #AUTO}. */
  public boolean isResolved() {
    return this != AUTO;
  }

  /** The name on the command line and in configuration files, such as {@code bfloat16}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The dtype with a name.
   *
   * @param code as {@link #code} gives it
   * @throws IllegalArgumentException if there is none, naming those that there are
   */
  public static Dtype of(String code) {
    return Arrays.stream(values())
        .filter(dtype -> dtype.code().equals(code))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "dtype %s is not known; use %s"
                        .formatted(
                            code,
                            Arrays.stream(values())
                                .map(Dtype::code)
                                .collect(Collectors.joining(", ")))));
  }
}
