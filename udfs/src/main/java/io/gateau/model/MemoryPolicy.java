package io.gateau.model;

import io.gateau.model.decoder.Weights;
import java.io.Serializable;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a model lies on its device: speed and memory only, never a number beyond rounding.
 *
 * @param deviceMemory bytes of the device that weights and activations together may take, or {@link
 *     #AVAILABLE}
 * @param batchGroupTokens tokens of a micro-batch that each layer reads before the next is brought
 *     to the device, or {@link #RESIDENT}
 */
public record MemoryPolicy(long deviceMemory, int batchGroupTokens) implements Serializable {
  /** What is free on the device once the models are loaded, less a margin. */
  public static final long AVAILABLE = 0;

  /** All layers stay on the device. */
  public static final int RESIDENT = 0;

  /** Tokens of a micro-batch that hide the way of a layer to most devices. */
  public static final int DEFAULT_BATCH_GROUP_TOKENS = 131_072;

  public static final MemoryPolicy DEFAULT = new MemoryPolicy(AVAILABLE, RESIDENT);

  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([kmgt])");

  public MemoryPolicy {
    if (deviceMemory < 0) {
      throw new IllegalArgumentException("device-memory " + deviceMemory + " is below 0; use auto");
    }
    if (batchGroupTokens < 0) {
      throw new IllegalArgumentException(
          "stream-layers "
              + batchGroupTokens
              + " is below 0; use 0 to keep all layers on the device");
    }
  }

  public boolean isStreamed() {
    return batchGroupTokens != RESIDENT;
  }

  Weights.Residency residency() {
    return isStreamed() ? Weights.Residency.STREAMED : Weights.Residency.RESIDENT;
  }

  /**
   * Bytes from {@code auto} or a size such as {@code 900m} or {@code 24g}, in powers of 1,024.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static long parseMemory(String text) {
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
