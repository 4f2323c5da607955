package io.gateau.pipeline.rank.strategy;

import io.gateau.math.fit.RowPasses;
import io.gateau.score.ModelSignal;
import io.gateau.score.SignalColumn;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * What samples are ranked by: docs/method.md, "Strategies". The highest score ranks first.
 *
 * <p>A score is made in three steps. {@link #raw} computes terms from one sample's signals. {@link
 * #fit} looks at the raw terms of the whole data set. {@link #terms} and {@link #score} use both.
 * Raw terms, terms and score are stored with the sample, so that anyone can compute the score
 * again. A strategy is a value without state.
 *
 * <p>To add one, implement this interface and name it in {@link Strategies}: nothing else knows the
 * strategies one by one.
 */
public interface Strategy extends Serializable {
  /** Name on the command line and in configuration files; kebab-case. */
  String code();

  /** What it ranks by, as one sentence for the help. */
  String description();

  /** The formula of the score, in the names of terms. */
  String formula();

  /** Paper and section. */
  String reference();

  /** What it reads of the signals; none for a strategy that looks at no signal. */
  List<SignalInput> inputs();

  /** The columns per token among them, which few strategies read and no join brings unasked. */
  default List<String> tokenColumns() {
    return inputs().stream()
        .filter(input -> input.type() == SignalColumn.Type.FLOATS)
        .map(SignalInput::column)
        .toList();
  }

  /** The signals that must be there. */
  default List<ModelSignal> signals() {
    return inputs().stream().map(SignalInput::signal).distinct().toList();
  }

  /** Column names of what follows from one sample's signals alone, in order. */
  List<String> rawTerms();

  /**
   * The raw terms of a sample, in the order of {@link #rawTerms}. A sample with one that is not
   * finite is left out of the ranking.
   */
  double[] raw(SampleSignals sample, RankConfig config);

  /**
   * Why a sample with finite raw terms is left out of the ranking, as a sentence; empty if it is
   * ranked.
   */
  default Optional<String> exclusion(double[] raw) {
    return Optional.empty();
  }

  /** Column names of what needs the whole data set, in order; none if nothing does. */
  default List<String> terms() {
    return List.of();
  }

  /**
   * The scales of the data set; alpha must not change them.
   *
   * @param rows raw terms of every sample that is ranked
   * @return no scales if there are no rows
   */
  default Scales fit(RowPasses rows, RankConfig config) {
    return Scales.NONE;
  }

  /** The terms of a sample, in the order of {@link #terms}; alpha must not change them. */
  default double[] terms(double[] raw, Scales scales) {
    return new double[0];
  }

  /**
   * The score; the highest ranks first.
   *
   * @param raw in the order of {@link #rawTerms}
   * @param terms in the order of {@link #terms}
   */
  double score(double[] raw, double[] terms, RankConfig config);

  /** How the score of a sample comes about, in words and numbers. */
  String explain(double[] raw, double[] terms, RankConfig config);

  /** What bounds the score of a sample of which signals are missing; empty if nothing does. */
  default Optional<UpperBound> upperBound(RankConfig config) {
    return Optional.empty();
  }

  /**
   * The greatest score that a sample can have, known before its most expensive signals. Ours: no
   * paper scores in two steps.
   */
  interface UpperBound extends Serializable {
    /** The strategy whose raw terms suffice. */
    Strategy cheaper();

    /** The signals that may be missing. */
    List<ModelSignal> deferred();

    /**
     * The scales of the strategy, fitted in two parts.
     *
     * @param all raw terms of {@link #cheaper}, of every sample
     * @param pilot raw terms of the strategy, of samples that have all signals
     * @return no scales if one of the two has no rows
     */
    Scales fit(RowPasses all, RowPasses pilot);

    /**
     * The score is never above this, whatever the missing signals are.
     *
     * @param cheaperRaw raw terms of {@link #cheaper}
     */
    double greatest(double[] cheaperRaw, Scales scales);
  }

  /** Whether the best sample of each cluster goes first, before all others. */
  default boolean leadersFirst() {
    return false;
  }

  /** Whether a budget limits what is selected; otherwise everything is. */
  default boolean usesBudget() {
    return true;
  }
}
