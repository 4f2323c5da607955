package io.gateau.pipeline;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;

import io.gateau.pipeline.lease.OutputLease;
import io.gateau.pipeline.rank.Cut;
import io.gateau.pipeline.rank.SampleRanker;
import io.gateau.pipeline.rank.SampleRankerModel;
import io.gateau.pipeline.rank.ScoreColumns;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.SelectTop;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.rank.strategy.Strategy;
import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.read.record.RejectionReason;
import io.gateau.pipeline.samples.OriginalRecords;
import io.gateau.pipeline.samples.SampleTable;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.pipeline.tables.TableReplacement;
import io.gateau.score.ModelSignal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;

/**
 * Ranks the scored samples of an output folder, selects the top and writes {@code scores}, {@code
 * selected}, {@code rejected} and the fitted {@code ranker}. It uses stored signals only: no model
 * is opened, and of the input only the records that are selected are read.
 */
public final class SelectSamples {
  /** Selected rows, which hold long texts, of one file. */
  private static final long ROWS_PER_FILE = 20_000;

  private final SparkSession spark;
  private String output;
  private String name = OutputFolder.UNNAMED;
  private SelectConfig config = SelectConfig.DEFAULT;
  private Optional<String> fitted = Optional.empty();
  private SelectedFormat format = SelectedFormat.PARQUET;
  private Optional<List<String>> input = Optional.empty();
  private EffectiveConfig effectiveConfig = EffectiveConfig.NONE;

  private SelectSamples(SparkSession spark) {
    this.spark = spark;
  }

  /** An action without output, which must be given. */
  public static SelectSamples on(SparkSession spark) {
    return new SelectSamples(Arguments.notNull("spark", spark));
  }

  /** Folder in which {@link ScoreSamples} has scored; required. */
  public SelectSamples output(String value) {
    output = Arguments.notNull("output", value);
    return this;
  }

  /**
   * Name of the selection: {@link OutputFolder#selection}; none by default.
   *
   * @throws IllegalArgumentException if it is no such name
   */
  public SelectSamples name(String value) {
    Arguments.notNull("name", value);
    name = value.equals(OutputFolder.UNNAMED) ? value : OutputFolder.requireSelectionName(value);
    return this;
  }

  /** How samples are ranked and how many are selected; {@link SelectConfig#DEFAULT} by default. */
  public SelectSamples config(SelectConfig value) {
    config = Arguments.notNull("config", value);
    return this;
  }

  /**
   * A folder with a selection whose ranking is used in place of the config's: its strategy, its
   * settings and its scales. By default scales are fitted on the samples of this folder.
   */
  public SelectSamples fitted(String folder) {
    fitted = Optional.of(Arguments.notNull("fitted", folder));
    return this;
  }

  /** What {@code selected} is written as; {@link SelectedFormat#PARQUET} by default. */
  public SelectSamples format(SelectedFormat value) {
    format = Arguments.notNull("format", value);
    return this;
  }

  /**
   * Where the scored input is now, which is then read whole once; by default where it was when it
   * was scored. The rest of the {@link ReadConfig} stays as it was.
   */
  public SelectSamples input(List<String> paths) {
    input = Optional.of(List.copyOf(Arguments.notNull("input", paths)));
    return this;
  }

  /** The configuration of the job, for the manifest; none by default. */
  public SelectSamples effectiveConfig(EffectiveConfig value) {
    effectiveConfig = Arguments.notNull("effectiveConfig", value);
    return this;
  }

  /**
   * What became of the rows; rowsIn = selected + unselected + all rejected.
   *
   * @param rowsIn records of the input
   * @param selected samples within the budget
   * @param unselected samples that were ranked below it
   * @param rejectedByReason counts by {@link RejectionReason} code, in the order of the codes
   */
  public record Counts(
      long rowsIn, long selected, long unselected, Map<String, Long> rejectedByReason) {
    /** Copies the counts. */
    public Counts {
      rejectedByReason = Collections.unmodifiableMap(new TreeMap<>(rejectedByReason));
    }

    /** Records and samples that are not ranked. */
    public long rejected() {
      return rejectedByReason.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * One of the best rows.
   *
   * @param id of the sample
   * @param score that it is ranked by
   * @param explanation how the score comes about
   */
  public record Shown(String id, double score, String explanation) {}

  /**
   * What was done.
   *
   * @param counts of rows
   * @param rank how samples were ranked
   * @param best the first rows
   * @param lowestSelected the lowest score that was selected; empty if nothing was
   * @param highestUnselected the highest score that was not; empty if there is none
   * @param replaced whether a selection of the same name was there
   * @param seconds stage to seconds
   */
  public record Result(
      Counts counts,
      RankConfig rank,
      List<Shown> best,
      Optional<Double> lowestSelected,
      Optional<Double> highestUnselected,
      boolean replaced,
      Map<String, Double> seconds) {}

  /**
   * Ranks and selects.
   *
   * @throws IllegalStateException if output is missing
   * @throws InputException if nothing has been scored in the folder, signals that the strategy
   *     needs are missing, or the input cannot be found or has changed
   */
  public Result execute() {
    Arguments.required("output", "path", output);
    StageClock clock = new StageClock();
    OutputFolder folder = OutputFolder.at(spark, output);
    // What is not a scored folder is refused before anything is written to it.
    RunManifest.of(folder).signalConfig();
    try (OutputLease lease = folder.lease("select")) {
      return select(folder, lease, clock);
    }
  }

  private Result select(OutputFolder folder, OutputLease lease, StageClock clock) {
    RunManifest manifest = RunManifest.of(folder);
    SignalConfig signals = manifest.signalConfig();
    ReadConfig readConfig = manifest.input();
    Optional<SampleRankerModel> loaded = fitted.map(path -> loaded(spark, path));
    RankConfig rank = loaded.map(SampleRankerModel::config).orElse(config.rank());
    List<ModelSignal> needed = StoredSignals.needed(rank.strategy(), signals, folder);
    boolean replaced = folder.hasSelection(name);
    if (input.isPresent()) {
      readConfig = QualifiedInput.of(spark, readConfig.withInput(input.get()));
      folder.requireApartFrom(spark, readConfig);
      ReadConfig moved = readConfig;
      folder.replaceSamples(
          SampleTable.of(SampleReader.read(spark, moved)), () -> manifest.moveInput(moved));
      clock.endStage("read-input");
    }

    SignalStore store = new SignalStore(spark, folder.signals(), signals);
    Dataset<Row> rows =
        RejectedSamples.withReason(folder.samples(spark), store, needed, rank)
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Map<String, Long> sizes = RejectedSamples.sizes(rows);
      clock.endStage("join");
      Dataset<Row> good = rows.filter(col(RecordColumns.REASON).isNull());
      SampleRankerModel ranker = loaded.orElseGet(() -> SampleRanker.of(rank).fit(good));
      clock.endStage("fit");
      Dataset<Row> ranked =
          new SelectTop(spark, config.withRank(rank))
              .from(
                  ranker
                      .transform(good)
                      .drop(
                          RecordColumns.CHARACTERS,
                          RecordColumns.ORIGINAL,
                          RecordColumns.REASON,
                          RecordColumns.DETAIL),
                  sizes.getOrDefault("", 0L))
              .persist(StorageLevel.MEMORY_AND_DISK());
      try {
        Cut cut = Cut.of(ranked);
        Counts counts = counts(sizes, cut);
        clock.endStage("rank");
        folder.replaceSelection(
            name,
            writers(rows, counts, ranked, cut, ranker, readConfig),
            () -> {
              clock.endStage("write");
              lease.requireHeld();
              return manifest.finishSelect(
                  name,
                  new SelectConfig(rank, config.budget(), config.scope()),
                  fitted,
                  new RunManifest.JobReport(effectiveConfig, counts, clock.seconds()));
            });
        return new Result(
            counts,
            rank,
            shown(cut, ranker),
            cut.lowestSelected(),
            cut.highestUnselected(),
            replaced,
            clock.seconds());
      } finally {
        ranked.unpersist();
      }
    } finally {
      rows.unpersist();
    }
  }

  /**
   * How a fitted ranking ranks.
   *
   * @param path an output folder, or one of its {@code selections/NAME}
   * @throws InputException if there is no ranking that could be used
   */
  public static RankConfig fittedRank(SparkSession spark, String path) {
    return loaded(spark, path).config();
  }

  private static SampleRankerModel loaded(SparkSession spark, String path) {
    SampleRankerModel ranker =
        SampleRankerModel.load(
            OutputFolder.ranker(spark.sessionState().newHadoopConf(), path).toString());
    Strategy strategy = Strategies.of(ranker.config().strategy());
    if (!strategy.terms().isEmpty() && ranker.scales().byTerm().isEmpty()) {
      throw new InputException(
          "the ranking of %s was fitted on no samples, so it has no scales; fit it on a folder with samples that can be ranked"
              .formatted(path));
    }
    return ranker;
  }

  private Map<String, TableReplacement.Writer> writers(
      Dataset<Row> rows,
      Counts counts,
      Dataset<Row> ranked,
      Cut cut,
      SampleRankerModel ranker,
      ReadConfig readConfig) {
    Strategy strategy = Strategies.of(ranker.config().strategy());
    Map<String, TableReplacement.Writer> writers = new LinkedHashMap<>();
    // In order already: ranking numbers sorted partitions.
    writers.put(
        OutputFolder.SCORES,
        path -> ranked.select(columns(scores(strategy))).write().parquet(path));
    writers.put(
        OutputFolder.SELECTED,
        path -> format.write(selectedRows(ranked, cut, strategy, readConfig), path));
    writers.put(
        OutputFolder.REJECTED,
        path -> RejectedSamples.table(rows, counts.rejected()).write().parquet(path));
    writers.put(OutputFolder.RANKER, ranker::save);
    return writers;
  }

  /**
   * The selected rows with their original records, in the order of their ranks. A sort would fetch
   * every record twice, since Spark samples what it sorts; so ranks are divided evenly.
   */
  private Dataset<Row> selectedRows(
      Dataset<Row> ranked, Cut cut, Strategy strategy, ReadConfig readConfig) {
    List<String> columns = new ArrayList<>(scores(strategy));
    columns.add(RecordColumns.ORIGINAL);
    long parts = cut.selected() / ROWS_PER_FILE + 1;
    Column part =
        col(ScoreColumns.RANK)
            .minus(lit(1))
            .multiply(lit(parts))
            .divide(lit(Math.max(1, cut.lastRank())));
    return OriginalRecords.fetch(spark, ranked.filter(col(ScoreColumns.SELECTED)), readConfig)
        .repartitionById(Math.toIntExact(parts), floor(part).cast(DataTypes.IntegerType))
        .sortWithinPartitions(ScoreColumns.RANK)
        .select(columns(columns));
  }

  /**
   * The columns of {@code scores}: what the sample is, and everything that its score is made of.
   */
  private static List<String> scores(Strategy strategy) {
    return Stream.of(
            List.of(
                SignalColumns.ID,
                SignalColumns.SOURCE,
                SignalColumns.STATUS,
                SignalColumns.CONTEXT_TOKENS,
                SignalColumns.RESPONSE_TOKENS,
                SignalColumns.SEQUENCE_TOKENS,
                SignalColumns.TRUNCATED),
            ScoreColumns.of(strategy),
            List.of(ScoreColumns.RANK, ScoreColumns.SELECTED))
        .flatMap(List::stream)
        .toList();
  }

  private static Column[] columns(List<String> names) {
    return names.stream().map(functions::col).toArray(Column[]::new);
  }

  private static List<Shown> shown(Cut cut, SampleRankerModel ranker) {
    return cut.best().stream()
        .map(
            row ->
                new Shown(
                    row.getAs(RecordColumns.ID),
                    row.<Double>getAs(ScoreColumns.SCORE),
                    ranker.explain(row)))
        .toList();
  }

  private static Counts counts(Map<String, Long> sizes, Cut cut) {
    Map<String, Long> rejected = new TreeMap<>(sizes);
    rejected.remove("");
    long rowsIn = sizes.values().stream().mapToLong(Long::longValue).sum();
    Counts counts = new Counts(rowsIn, cut.selected(), cut.unselected(), rejected);
    long accounted = counts.selected() + counts.unselected() + counts.rejected();
    if (accounted != rowsIn) {
      throw new IllegalStateException(
          "rows do not reconcile: %d in, %d selected, %d unselected, %d rejected"
              .formatted(rowsIn, counts.selected(), counts.unselected(), counts.rejected()));
    }
    return counts;
  }
}
