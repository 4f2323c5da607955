package io.gateau.pipeline.testing;

import io.gateau.pipeline.signals.SignalWriter;
import io.gateau.pipeline.signals.StoredSignal;
import io.gateau.score.ModelSignal;
import io.gateau.score.SampleStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Made-up rows of a signal store. */
public final class StoredRows {
  private StoredRows() {}

  /** A row of a signal with one value per column. */
  public static StoredSignal row(String contentKey, ModelSignal signal, Object... value) {
    return row(contentKey, signal, SampleStatus.OK, value);
  }

  /** A row with a status; no value stands for none. */
  public static StoredSignal row(
      String contentKey, ModelSignal signal, SampleStatus status, Object... value) {
    return new StoredSignal(
        contentKey,
        signal,
        status,
        new StoredSignal.Lengths(20, 5, 60, false),
        value.length == 0 ? Optional.empty() : Optional.of(List.of(value)));
  }

  public static double[] doubles(double... values) {
    return values;
  }

  public static float[] floats(float... values) {
    return values;
  }

  /** Stores rows of one signal as a task does, in one file. */
  public static void store(String folder, List<StoredSignal> rows) throws IOException {
    SignalWriter writer =
        new SignalWriter(
            Map.of(rows.get(0).signal().name(), folder), "test", configuration(), 1_000);
    writer.add(rows);
    writer.store();
  }

  public static void store(Path folder, StoredSignal... rows) throws IOException {
    store(folder.toString(), List.of(rows));
  }

  private static Configuration configuration() {
    return SparkTestSession.spark().sessionState().newHadoopConf();
  }
}
