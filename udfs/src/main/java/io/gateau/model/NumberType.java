package io.gateau.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The number type in which weights and hidden states are kept and matrix products, logits among
 * them, are handed on; norms, softmax and averages are float32 or better.
 */
public enum NumberType {
  FLOAT32(6),
  BFLOAT16(15),
  FLOAT16(5);

  /** PyTorch's own number for the type, which TorchScript takes. */
  final int torchNumber;

  NumberType(int torchNumber) {
    this.torchNumber = torchNumber;
  }

  /** The name on the command line and in configuration files. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The type of that name; {@code auto} is float32, which every device computes.
   *
   * @throws IllegalArgumentException if there is none, naming those that there are
   */
  public static NumberType of(String code) {
    if ("auto".equals(code)) {
      return FLOAT32;
    }
    return Arrays.stream(values())
        .filter(type -> type.code().equals(code))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "dtype "
                        + code
                        + " is not known; use auto, "
                        + Arrays.stream(values())
                            .map(NumberType::code)
                            .collect(Collectors.joining(", "))));
  }
}
