package io.gateau.model;

import java.io.Serializable;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a model lies on its device: speed and memory only, never a number beyond rounding.
 *
 * @param memory bytes of the device that weights and activations together may take, or {@link
 *     #AVAILABLE}
 * @param streamTokens tokens of a micro-batch that each layer reads before the next is brought to
 *     the device, or {@link #RESIDENT}
 */
public record Placement(long memory, int streamTokens) implements Serializable {
  /** What is free on the device once the models are loaded, less a margin. */
  public static final long AVAILABLE = 0;

  /** All layers stay on the device. */
  public static final int RESIDENT = 0;

  /** Tokens of a micro-batch that hide the way of a layer to most devices. */
  public static final int USUAL_STREAM = 131_072;

  public static final Placement DEFAULT = new Placement(AVAILABLE, RESIDENT);

  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([kmgt])");

  public Placement {
    if (memory < 0) {
      throw new IllegalArgumentException("device-memory " + memory + " is below 0; use auto");
    }
    if (streamTokens < 0) {
      throw new IllegalArgumentException(
          "stream-layers " + streamTokens + " is below 0; use 0 to keep all layers on the device");
    }
  }

  boolean isStreamed() {
    return streamTokens != RESIDENT;
  }

  /**
   * Bytes from {@code auto} or a size such as {@code 900m} or {@code 24g}, in powers of 1,024.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static long memoryOf(String text) {
    if ("auto".equals(text)) {
      return AVAILABLE;
    }
    Matcher matcher = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
      throw new IllegalArgumentException(
          "device-memory " + text + " is not a size; use auto, or a number with k, m, g or t: 24g");
    }
    return Long.parseLong(matcher.group(1)) << (10 * ("kmgt".indexOf(matcher.group(2)) + 1));
  }
}
