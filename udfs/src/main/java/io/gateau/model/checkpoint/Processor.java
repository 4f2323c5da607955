package io.gateau.model.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;

/** What a model runs on, as far as dtype auto depends on it: {@link Checkpoint#defaultDtype}. */
public enum Processor {
  /** Any GPU. */
  GPU,
  /** A CPU without instructions for bfloat16. */
  CPU,
  /** A CPU that multiplies bfloat16 matrices faster than float32 ones. */
  CPU_WITH_BFLOAT16;

  private static final Path CPU_FLAGS = Path.of("/proc/cpuinfo");
  private static final Set<String> INSTRUCTIONS = Set.of("avx512_bf16", "amx_bf16");

  /** This machine's CPU; {@link #CPU} if the system does not list its instructions. */
  public static Processor thisCpu() {
    try {
      return Files.isReadable(CPU_FLAGS) ? cpu(Files.readString(CPU_FLAGS)) : CPU;
    } catch (IOException e) {
      return CPU;
    }
  }

  /** The CPU that Linux describes in this text of /proc/cpuinfo. */
  static Processor cpu(String description) {
    return Pattern.compile("\\s+").splitAsStream(description).anyMatch(INSTRUCTIONS::contains)
        ? CPU_WITH_BFLOAT16
        : CPU;
  }
}
