package io.gateau.pipeline;

import io.gateau.model.SampleScorer.LongSignals;
import io.gateau.model.SampleStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.hadoop.conf.Configuration;

/** Made-up rows of a signal store. */
final class StoredRows {
  private StoredRows() {}

  static ScoredSample row(String id) {
    return row(id, SampleStatus.OK, 2, new LongSignals(3, doubles(4, 5), doubles(0.25, 0.5)));
  }

  /** A row whose keys follow from its id. */
  static ScoredSample row(
      String id, SampleStatus status, double shortPerplexity, LongSignals signals) {
    return new ScoredSample(
        id,
        Optional.empty(),
        status,
        20,
        5,
        60,
        2,
        false,
        OptionalDouble.of(shortPerplexity),
        Optional.of(signals),
        "short of " + id,
        "long of " + id);
  }

  static double[] doubles(double... values) {
    return values;
  }

  /** Stores rows as a task does, in one file. */
  static void store(String signals, List<ScoredSample> rows) throws IOException {
    SignalWriter writer = new SignalWriter(signals, configuration(), 1_000);
    writer.add(rows);
    writer.store();
  }

  static void store(Path signals, ScoredSample row) throws IOException {
    store(signals.toString(), List.of(row));
  }

  private static Configuration configuration() {
    return SparkTestSession.spark().sessionState().newHadoopConf();
  }
}
