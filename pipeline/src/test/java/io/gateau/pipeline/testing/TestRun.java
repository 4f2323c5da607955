package io.gateau.pipeline.testing;

import static java.util.function.Function.identity;

import io.gateau.pipeline.OutputFolder;
import io.gateau.pipeline.RunManifest;
import io.gateau.pipeline.ScoreConfig;
import io.gateau.pipeline.ScoreSamples;
import io.gateau.pipeline.SelectSamples;
import io.gateau.pipeline.progress.ScoreProgress;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.score.ModelSignal;
import io.gateau.score.ResponseLoss;
import io.gateau.score.SegmentAttention;
import io.gateau.score.SegmentLoss;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/** An output folder of the tests, and what is in it. */
public record TestRun(String output) {
  public static final ModelSignal SHORT_LOSS = ModelSignal.ofShort(new ResponseLoss());
  public static final ModelSignal LONG_LOSS = ModelSignal.ofLong(new ResponseLoss());
  public static final ModelSignal SEGMENT_LOSS = ModelSignal.ofLong(new SegmentLoss());
  public static final ModelSignal SEGMENT_ATTENTION = ModelSignal.ofLong(new SegmentAttention());

  /** What the strategy gateau needs. */
  public static final List<ModelSignal> SIGNALS =
      List.of(SHORT_LOSS, LONG_LOSS, SEGMENT_LOSS, SEGMENT_ATTENTION);

  private static final SparkSession SPARK = SparkTestSession.spark();

  public TestRun(Path folder) {
    this(folder.toString());
  }

  public Path folder() {
    return Path.of(output.replaceFirst("^[a-z]+:", ""));
  }

  public ScoreSamples.Result score(TinyPair models, String... input) {
    return score(ScoreProgress.SILENT, models, input);
  }

  public ScoreSamples.Result score(ScoreProgress progress, TinyPair models, String... input) {
    return score(progress, models.config(), input);
  }

  public ScoreSamples.Result score(ScoreProgress progress, ScoreConfig config, String... input) {
    return ScoreSamples.on(SPARK)
        .input(ReadConfig.of(input))
        .config(config)
        .output(output)
        .progress(progress)
        .execute();
  }

  public SelectSamples.Result select(SelectConfig config) {
    return SelectSamples.on(SPARK).output(output).config(config).execute();
  }

  /** A table's rows in the order of their files. */
  public List<Row> table(String name) {
    return SPARK.read().parquet(output + "/" + name).collectAsList();
  }

  /** A table's rows by id. */
  public Map<String, Row> byId(String table) {
    return table(table).stream()
        .collect(
            Collectors.toMap(
                row -> row.getAs(RecordColumns.ID),
                identity(),
                (a, b) -> a,
                TreeMap<String, Row>::new));
  }

  public List<String> ids(String table) {
    return table(table).stream().map(row -> row.<String>getAs(RecordColumns.ID)).toList();
  }

  /** Files of the signal store that hold rows, of all signals. */
  public List<Path> signalFiles() throws IOException {
    try (Stream<Path> files = Files.walk(folder().resolve("signals"))) {
      return files
          .filter(file -> file.toString().endsWith(".parquet"))
          .filter(file -> !file.getParent().getFileName().toString().startsWith("_"))
          .sorted()
          .toList();
    }
  }

  /** Files of one signal. */
  public List<Path> signalFiles(ModelSignal signal) throws IOException {
    Path folder = Path.of(signalFolder(signal).replaceFirst("^[a-z]+:", ""));
    return signalFiles().stream().filter(file -> file.startsWith(folder)).toList();
  }

  /** Every row that is stored of a signal of the last run. */
  public List<Row> signalRows(ModelSignal signal) {
    return SPARK.read().parquet(signalFolder(signal)).collectAsList();
  }

  /** One row of a signal for each content key. */
  public Map<String, Row> signal(ModelSignal signal) {
    return signalRows(signal).stream()
        .collect(
            Collectors.toMap(
                row -> row.getAs("content_key"),
                identity(),
                (a, b) -> a,
                TreeMap<String, Row>::new));
  }

  /** Folder of a signal of the last run. */
  public String signalFolder(ModelSignal signal) {
    OutputFolder folder = OutputFolder.at(SPARK, output);
    return new SignalStore(SPARK, folder.signals(), RunManifest.of(folder).allSignals())
        .folders(List.of(signal))
        .get(signal.name());
  }

  /** A second folder with the same content. */
  public TestRun copy(Path to) throws IOException {
    try (Stream<Path> files = Files.walk(folder())) {
      for (Path file : files.toList()) {
        Path target = to.resolve(folder().relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return new TestRun(to);
  }

  public static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static double[] doubles(Row row, String column) {
    return CollectionConverters.asJava(row.<scala.collection.Seq<Double>>getAs(column)).stream()
        .mapToDouble(Double::doubleValue)
        .toArray();
  }
}
