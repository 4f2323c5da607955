package io.gateau.train;

/**
 * An instruction sample to train on; no part of it is null.
 *
 * @param id unique within its set
 * @param context the long input
 * @param instruction what is asked about it
 * @param response the target answer
 */
public record InstructionSample(String id, String context, String instruction, String response) {
  public InstructionSample {
    if (id == null || context == null || instruction == null || response == null) {
      throw new IllegalArgumentException(
          "sample %s lacks its context, instruction or response".formatted(id));
    }
  }
}
