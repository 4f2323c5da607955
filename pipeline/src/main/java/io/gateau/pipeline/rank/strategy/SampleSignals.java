package io.gateau.pipeline.rank.strategy;

/** The signals of one sample, as a strategy reads them. */
public interface SampleSignals {
  /** The sample's id. */
  String id();

  /** A column that holds one number. */
  double number(SignalInput input);

  /** A column that holds several numbers: for each segment, pair of segments or token. */
  double[] numbers(SignalInput input);
}
