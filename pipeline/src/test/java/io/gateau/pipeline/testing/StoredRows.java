package io.gateau.pipeline.testing;

import io.gateau.pipeline.signals.ScoredSample;
import io.gateau.pipeline.signals.SignalWriter;
import io.gateau.score.LongSignals;
import io.gateau.score.SampleStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.hadoop.conf.Configuration;

/** Made-up rows of a signal store. */
public final class StoredRows {
  private StoredRows() {}

  public static ScoredSample row(String id) {
    return row(id, SampleStatus.OK, 2, new LongSignals(3, doubles(4, 5), doubles(0.25, 0.5)));
  }

  /** A row whose keys follow from its id. */
  public static ScoredSample row(
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

  public static double[] doubles(double... values) {
    return values;
  }

  /** Stores rows as a task does, in one file. */
  public static void store(String signals, List<ScoredSample> rows) throws IOException {
    SignalWriter writer = new SignalWriter(signals, configuration(), 1_000);
    writer.add(rows);
    writer.store();
  }

  public static void store(Path signals, ScoredSample row) throws IOException {
    store(signals.toString(), List.of(row));
  }

  private static Configuration configuration() {
    return SparkTestSession.spark().sessionState().newHadoopConf();
  }
}
