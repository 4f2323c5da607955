package io.gateau.pipeline.estimate;

import io.gateau.model.Work;
import io.gateau.score.ModelSignal;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What a scoring will cost.
 *
 * @param rowsIn records of the input
 * @param rejectedByReason those that are no samples
 * @param texts different texts among the samples; each is scored once
 * @param tokenized how many of these were tokenized: all, or those that stand for the others
 * @param cut how many of the tokenized have more than max-tokens tokens, so that their contexts
 *     lose their beginning
 * @param unscorable how many of the tokenized cannot be scored, by reason
 * @param lengths tokens of a whole sample, of the tokenized
 * @param passes what each pass of each model costs over all texts
 */
public record ScoringEstimate(
    long rowsIn,
    Map<String, Long> rejectedByReason,
    long texts,
    long tokenized,
    long cut,
    Map<String, Long> unscorable,
    Lengths lengths,
    Map<ModelPass, PassCost> passes) {
  /** Copies the maps. */
  public ScoringEstimate {
    rejectedByReason = Map.copyOf(rejectedByReason);
    unscorable = Map.copyOf(unscorable);
    passes = Map.copyOf(passes);
  }

  /**
   * How long samples are.
   *
   * @param median tokens of the sample in the middle
   * @param ninth nine in ten samples have no more tokens
   * @param longest the most tokens
   * @param longestResponse the most tokens of a response
   */
  public record Lengths(int median, int ninth, int longest, int longestResponse) {}

  /** Records that are no samples. */
  public long rejected() {
    return rejectedByReason.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Whether every text was tokenized, so that the numbers are no guesses. */
  public boolean isExact() {
    return tokenized == texts;
  }

  /** The work of some signals; passes that several of them need count once. */
  public Work work(Collection<ModelSignal> signals) {
    List<ModelPass> needed = ModelPass.of(signals);
    return needed.stream()
        .map(pass -> passes.getOrDefault(pass, PassCost.NONE).work())
        .reduce(Work.NONE, Work::plus);
  }
}
