package io.gateau.pipeline.signals;

import static org.apache.spark.sql.functions.col;

import io.gateau.score.ModelSignal;
import io.gateau.score.SampleStatus;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The stored signals of an output folder: one table per {@link SignalKey}, keyed by the content of
 * the samples. What is stored stays usable whatever is scored later.
 */
public final class SignalStore {
  /** Stored bytes for one partition of a join; in memory they are some five times as many. */
  private static final long PARTITION_BYTES = 32L << 20;

  private final SparkSession spark;
  private final Path folder;
  private final SignalConfig config;

  /**
   * A store.
   *
   * @param folder need not exist yet; qualified
   * @param config under which keys signals are stored
   */
  public SignalStore(SparkSession spark, Path folder, SignalConfig config) {
    this.spark = spark;
    this.folder = folder;
    this.config = config;
  }

  /** Where it lies, qualified. */
  public Path folder() {
    return folder;
  }

  /** Name of each of these signals to the folder that tasks add its values to. */
  public Map<String, String> folders(Collection<ModelSignal> signals) {
    Map<String, String> folders = new LinkedHashMap<>();
    signals.forEach(signal -> folders.put(signal.name(), table(signal).folder().toString()));
    return folders;
  }

  /** Makes the tables of these signals, and deletes what killed runs left in them. */
  public void prepare(Collection<ModelSignal> signals) {
    for (ModelSignal signal : signals) {
      SignalTable table = table(signal);
      table.deleteStaleFiles();
      table.create();
    }
  }

  /** Files that tasks of a run have added to the tables of these signals, as the driver sees it. */
  public long files(Collection<ModelSignal> signals, String run) {
    return signals.stream().mapToLong(signal -> table(signal).files(run)).sum();
  }

  /** Merges many small files of these signals into few, once there are too many. */
  public void mergeSmallFiles(Collection<ModelSignal> signals) {
    signals.forEach(signal -> table(signal).mergeSmallFiles());
  }

  /**
   * Good samples of which some of these signals are missing: {@link PendingSamples}.
   *
   * @param retried statuses of failed attempts that count as missing
   */
  public Dataset<Row> pending(
      Dataset<Row> samples, List<ModelSignal> signals, Set<SampleStatus> retried) {
    return PendingSamples.of(
        samples,
        signals.stream().map(signal -> PendingSamples.done(table(signal), retried)).toList());
  }

  /**
   * How many of these pending samples have all these signals, or a status in place of one. The
   * driver lists the files; one that an executor does not see counts as no rows.
   */
  public long count(Dataset<Row> pending, List<ModelSignal> signals) {
    Dataset<Row> found = pending.select(SignalColumns.CONTENT_KEY);
    for (ModelSignal signal : signals) {
      found =
          found.join(
              table(signal).visible(),
              CollectionConverters.asScala(List.of(SignalColumns.CONTENT_KEY)).toSeq(),
              "left_semi");
    }
    return found.count();
  }

  /** Whether nothing but failed attempts is stored of some of these signals for these samples. */
  public boolean hasOnlyFailedAttempts(Dataset<Row> samples, Collection<ModelSignal> signals) {
    return signals.stream()
        .anyMatch(
            signal ->
                PendingSamples.done(
                        table(signal),
                        EnumSet.copyOf(
                            Stream.of(SampleStatus.values())
                                .filter(SampleStatus::isFailedAttempt)
                                .toList()))
                    .join(
                        samples.select(SignalColumns.CONTENT_KEY),
                        CollectionConverters.asScala(List.of(SignalColumns.CONTENT_KEY)).toSeq(),
                        "left_semi")
                    .isEmpty());
  }

  /** Content keys of texts for which a signal is stored with one of these statuses. */
  public Dataset<Row> withStatus(Collection<ModelSignal> signals, Set<SampleStatus> statuses) {
    return signals.stream()
        .map(signal -> table(signal).withStatus(statuses))
        .reduce(Dataset::union)
        .orElseThrow(() -> new IllegalArgumentException("no signals"));
  }

  /** Those of these signals of which some text has a value, and not only a status. */
  public Set<ModelSignal> withValues(List<ModelSignal> signals) {
    return signals.stream()
        .filter(
            signal ->
                !table(signal)
                    .stored(List.of())
                    .filter(col(SignalColumns.STATUS).equalTo(SampleStatus.OK.code()))
                    .isEmpty())
        .collect(Collectors.toSet());
  }

  /**
   * Samples with their signals: {@link SignalJoin}.
   *
   * @param samples with {@link SignalColumns#CONTENT_KEY}
   */
  public Dataset<Row> join(Dataset<Row> samples, WantedSignals wanted) {
    long bytes = wanted.signals().stream().mapToLong(signal -> table(signal).bytes()).sum();
    return SignalJoin.join(
        samples,
        wanted,
        signal -> table(signal).stored(wanted.columns(signal)),
        bytes / PARTITION_BYTES);
  }

  private SignalTable table(ModelSignal signal) {
    return new SignalTable(
        spark,
        folder,
        config
            .key(signal)
            .orElseThrow(
                () -> new IllegalArgumentException("no signal " + signal.name() + " is stored")));
  }
}
