package io.gateau.score;

import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.decoder.AttentionHeads;
import io.gateau.model.decoder.Measure;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one pass of one model says of one sample: docs/method.md, "Signals". A signal is a value
 * without state; two of the same class are equal. To add one, implement this interface, and name
 * the signal in the {@code Strategy} that needs it: nothing else knows the signals one by one.
 */
public interface Signal extends Serializable {
  /** Kebab-case name; it enters keys and names of folders, so it never changes. */
  String name();

  /** Version of what the numbers mean; it enters keys and is raised when their meaning changes. */
  default int version() {
    return 1;
  }

  /** The sequences that the model reads for it. */
  Pass pass();

  /** The columns of a value, in order. */
  List<SignalColumn> columns();

  /**
   * What decides the numbers beside the model, the template and the token limit, as text: name to
   * value, in a fixed order. Two ways to write one setting give the same text.
   *
   * @throws io.gateau.model.checkpoint.ModelException if the model cannot be read in this way
   */
  default Map<String, String> settings(ScoringConfig config, ModelConfig model) {
    return Map.of();
  }

  /** The layers and heads whose attention the pass collects. */
  default AttentionHeads attentionHeads(ScoringConfig config, ModelConfig model) {
    return AttentionHeads.NONE;
  }

  /** What the pass measures beside losses and attention. */
  default Set<Measure> measures() {
    return Set.of();
  }

  /**
   * Whether the signal is defined for a sample that models can read.
   *
   * @param sample as a model reads it: {@link TokenizedSample#truncatedTo} max-tokens
   * @return {@link SampleStatus#OK} or why it is not
   */
  default SampleStatus before(TokenizedSample sample, ScoringConfig config) {
    return SampleStatus.OK;
  }

  /**
   * The value.
   *
   * @param outputs one for each sequence of the {@link #pass}, in order
   * @return one object per column, of its type
   */
  List<Object> value(TokenizedSample sample, ScoringConfig config, List<SequenceOutput> outputs);
}
