package io.gateau.score;

import io.gateau.model.decoder.Measure;
import java.util.Map;

/**
 * What a model says of one sequence of T tokens, of which the last L are scored.
 *
 * @param negativeLogLikelihood (L), in nats
 * @param attention (T), the attention that each token receives from the response; empty where none
 *     was asked for
 * @param measures what else was asked for, each as its {@link Measure} says
 */
public record SequenceOutput(
    double[] negativeLogLikelihood, double[] attention, Map<Measure, double[]> measures) {
  /** An output of a pass that measured nothing else. */
  public SequenceOutput(double[] negativeLogLikelihood, double[] attention) {
    this(negativeLogLikelihood, attention, Map.of());
  }
}
