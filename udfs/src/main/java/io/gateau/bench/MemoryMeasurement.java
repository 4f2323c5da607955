package io.gateau.bench;

import io.gateau.model.decoder.Decoder;
import io.gateau.model.decoder.MemoryPlanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Measures on this machine what {@link MemoryPlanner} computes. Linux and CPU only. */
public final class MemoryMeasurement {
  private static final int WARM_UP_TOKENS = 64;

  private MemoryMeasurement() {}

  /**
   * Peak of resident memory above the weights in one pass over one sequence, with attention focus.
   *
   * @param responseTokens scored tokens at its end
   * @return bytes
   */
  public static long pass(Decoder decoder, int tokens, int responseTokens) {
    int[] sequence = sequence(decoder, tokens);
    decoder.scoreWithFocus(sequence(decoder, WARM_UP_TOKENS), 1);
    return ProcessMemory.peakOf(() -> decoder.scoreWithFocus(sequence, responseTokens));
  }

  /**
   * Resident memory after every so many passes.
   *
   * @return bytes, at the start and after each window
   */
  public static List<Long> loop(
      Decoder decoder, int tokens, int responseTokens, int windows, int passes) {
    int[] sequence = sequence(decoder, tokens);
    List<Long> resident = new ArrayList<>();
    decoder.scoreWithFocus(sequence, responseTokens);
    resident.add(ProcessMemory.resident());
    for (int window = 0; window < windows; window++) {
      for (int pass = 0; pass < passes; pass++) {
        decoder.scoreWithFocus(sequence, responseTokens);
      }
      resident.add(ProcessMemory.resident());
    }
    return resident;
  }

  /** Bytes of this process that are in memory now. */
  public static long resident() {
    return ProcessMemory.resident();
  }

  private static int[] sequence(Decoder decoder, int tokens) {
    return new Random(tokens).ints(tokens, 0, decoder.config().vocabularySize()).toArray();
  }
}
