package io.gateau.bench;

import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.decoder.Decoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Measures on this machine what {@link MemoryEstimator} computes, with random weights. Linux and
 * CPU only.
 */
public final class MemoryMeasurement {
  private static final int WARM_UP_TOKENS = 64;

  private MemoryMeasurement() {}

  /**
   * Peak of resident memory above the weights in one pass over one sequence, with attention focus.
   *
   * @param responseTokens scored tokens at its end
   * @return bytes
   */
  public static long pass(ModelConfig config, Dtype dtype, int tokens, int responseTokens) {
    try (RandomModel model = new RandomModel(config, dtype, "cpu")) {
      return pass(model.decoder(), tokens, responseTokens);
    }
  }

  /** Peak of resident memory above the weights in one pass of an open decoder, in bytes. */
  public static long pass(Decoder decoder, int tokens, int responseTokens) {
    int[] sequence = sequence(decoder, tokens);
    decoder.scoreWithFocus(sequence(decoder, WARM_UP_TOKENS), 1);
    return ProcessMemory.peakOf(() -> decoder.scoreWithFocus(sequence, responseTokens));
  }

  /**
   * Resident memory before a model is made, while it runs many passes, and once it is closed.
   *
   * @param responseTokens scored tokens at the end of each sequence
   * @param windows how often memory is measured after the first pass
   * @param passes in each window
   */
  public static ResidentMemory loop(
      ModelConfig config, Dtype dtype, int tokens, int responseTokens, int windows, int passes) {
    long before = ProcessMemory.resident();
    List<Long> resident = new ArrayList<>();
    try (RandomModel model = new RandomModel(config, dtype, "cpu")) {
      Decoder decoder = model.decoder();
      int[] sequence = sequence(decoder, tokens);
      decoder.scoreWithFocus(sequence, responseTokens);
      resident.add(ProcessMemory.resident());
      for (int window = 0; window < windows; window++) {
        for (int pass = 0; pass < passes; pass++) {
          decoder.scoreWithFocus(sequence, responseTokens);
        }
        resident.add(ProcessMemory.resident());
      }
    }
    return new ResidentMemory(before, resident, ProcessMemory.resident());
  }

  private static int[] sequence(Decoder decoder, int tokens) {
    return new Random(tokens).ints(tokens, 0, decoder.config().vocabularySize()).toArray();
  }
}
