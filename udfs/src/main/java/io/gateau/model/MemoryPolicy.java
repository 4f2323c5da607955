package io.gateau.model;

import io.gateau.model.decoder.Weights;
import java.io.Serializable;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a model uses the memory of its device. It changes speed and memory, and results only by
 * rounding.
 *
 * @param deviceMemory bytes of the device for weights and activations in all, or {@link #AVAILABLE}
 * @param batchGroupTokens tokens of a batch group, or {@link #RESIDENT}; a batch group is the
 *     batches that each layer computes before the next layer is copied to the device
 */
public record MemoryPolicy(long deviceMemory, int batchGroupTokens) implements Serializable {
  /** The memory that is free on the device once the models are loaded, less a margin. */
  public static final long AVAILABLE = 0;

  /** All layers stay on the device. */
  public static final int RESIDENT = 0;

  /** Tokens of a batch group that take longer to compute than most devices need for a copy. */
  public static final int DEFAULT_BATCH_GROUP_TOKENS = 131_072;

  /** All free memory, all layers on the device. */
  public static final MemoryPolicy DEFAULT = new MemoryPolicy(AVAILABLE, RESIDENT);

  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([kmgt])");

  public MemoryPolicy {
    if (deviceMemory < 0) {
      throw new IllegalArgumentException(
          "device-memory %s is below 0; use auto".formatted(deviceMemory));
    }
    if (batchGroupTokens < 0) {
      throw new IllegalArgumentException(
          "stream-layers %d is below 0; use 0 to keep all layers on the device"
              .formatted(batchGroupTokens));
    }
  }

  /** Whether layers are copied to the device one by one as they are needed. */
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
          "device-memory %s is not a size; use auto, or a number with k, m, g or t: 24g"
              .formatted(text));
    }
    return Long.parseLong(matcher.group(1)) << (10 * ("kmgt".indexOf(matcher.group(2)) + 1));
  }
}
