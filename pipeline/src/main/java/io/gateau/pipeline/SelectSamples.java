package io.gateau.pipeline;

import io.gateau.pipeline.candidates.Caches;
import io.gateau.pipeline.candidates.CandidateRanking;
import io.gateau.pipeline.candidates.RankedSamples;
import io.gateau.pipeline.candidates.RejectedSamples;
import io.gateau.pipeline.contamination.ContaminationConfig;
import io.gateau.pipeline.diversity.DiversityConfig;
import io.gateau.pipeline.lease.OutputLease;
import io.gateau.pipeline.prune.BoundedSamples;
import io.gateau.pipeline.prune.PruneConfig;
import io.gateau.pipeline.rank.Cut;
import io.gateau.pipeline.rank.SampleRankerModel;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.rank.strategy.Strategy;
import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.QualifiedPath;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RejectionReason;
import io.gateau.pipeline.read.table.TableInput;
import io.gateau.pipeline.redundancy.RedundancyConfig;
import io.gateau.pipeline.samples.SampleTable;
import io.gateau.pipeline.selected.SelectedRows;
import io.gateau.pipeline.selected.SelectedTable;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.pipeline.signals.WantedSignals;
import io.gateau.pipeline.tables.TableReplacement;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Ranks the scored samples of an output folder, selects the top and writes {@code scores}, {@code
 * selected}, {@code rejected} and the fitted {@code ranker}. It uses stored signals only: no model
 * is opened, and of the input only the records that are selected are read.
 */
public final class SelectSamples {
  private final SparkSession spark;
  private String output;
  private String name = OutputFolder.UNNAMED;
  private SelectConfig config = SelectConfig.DEFAULT;
  private Optional<String> fitted = Optional.empty();
  private SelectedFormat format = SelectedFormat.PARQUET;
  private Optional<List<String>> input = Optional.empty();
  private Optional<SelectedTable> table = Optional.empty();
  private Optional<ContaminationConfig> contamination = Optional.empty();
  private Optional<RedundancyConfig> redundancy = Optional.empty();
  private Optional<DiversityConfig> diversity = Optional.empty();
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
   * A table of a Spark catalog that gets the selected rows too, with the columns of {@code
   * selected} as Parquet; none by default. It is committed after the folder.
   */
  public SelectSamples table(SelectedTable value) {
    table = Optional.of(Arguments.notNull("table", value));
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

  /**
   * Rejects samples that share words with evaluation sets, before scales are fitted; none by
   * default. The whole input is read once for it.
   */
  public SelectSamples contamination(ContaminationConfig value) {
    contamination = Optional.of(Arguments.notNull("contamination", value));
    return this;
  }

  /**
   * Rejects near-duplicates of samples that rank higher, before the budget is applied; none by
   * default. The whole input is read once for it, and what may be similar once more.
   */
  public SelectSamples redundancy(RedundancyConfig value) {
    redundancy = Optional.of(Arguments.notNull("redundancy", value));
    return this;
  }

  /**
   * The best sample of each cluster goes first; by default so it is for strategies alone that say
   * so, with {@link DiversityConfig#of}.
   */
  public SelectSamples diversity(DiversityConfig value) {
    diversity = Optional.of(Arguments.notNull("diversity", value));
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
   * What was done.
   *
   * @param counts of rows
   * @param rank how samples were ranked
   * @param best the first rows
   * @param lowestSelected the lowest score that was selected; empty if nothing was
   * @param highestUnselected the highest score that was not; empty if there is none
   * @param tokens of the full sequences of the selected rows
   * @param truncated ranked rows whose contexts lost their beginning to max-tokens
   * @param astray ranked rows for which the long model knows the response so little that it may not
   *     know the language
   * @param replaced whether a selection of the same name was there
   * @param table the table that was written, if one was asked for
   * @param seconds stage to seconds
   */
  public record Result(
      Counts counts,
      RankConfig rank,
      List<RankedSamples.Shown> best,
      Optional<Double> lowestSelected,
      Optional<Double> highestUnselected,
      long tokens,
      long truncated,
      long astray,
      boolean replaced,
      Optional<SelectedTable.Commit> table,
      Map<String, Double> seconds) {}

  /**
   * Ranks and selects.
   *
   * @throws IllegalStateException if output is missing
   * @throws InputException if nothing has been scored in the folder, signals that the strategy
   *     needs are missing, the input cannot be found or has changed, or the table cannot be
   *     replaced
   */
  public Result execute() {
    Arguments.required("output", "path", output);
    StageClock clock = new StageClock();
    table.ifPresent(wanted -> wanted.requireReplaceable(spark));
    OutputFolder folder = OutputFolder.at(spark, output);
    // What is not a scored folder is refused before anything is written to it.
    RunManifest.of(folder).signalConfig();
    try (OutputLease lease = folder.lease("select")) {
      return select(folder, lease, clock);
    }
  }

  private Result select(OutputFolder folder, OutputLease lease, StageClock clock) {
    RunManifest manifest = RunManifest.of(folder);
    ReadConfig readConfig = manifest.input();
    Optional<SampleRankerModel> loaded = fitted.map(path -> loaded(spark, path));
    RankConfig rank = loaded.map(SampleRankerModel::config).orElse(config.rank());
    Optional<PruneConfig> pruned = manifest.prunedFor(rank);
    SignalConfig signals = pruned.isPresent() ? manifest.allSignals() : manifest.signalConfig();
    WantedSignals needed = StoredSignals.needed(rank.strategy(), signals, folder);
    boolean replaced = folder.hasSelection(name);
    if (input.isPresent()) {
      readConfig =
          QualifiedInput.of(spark, TableInput.pin(spark, readConfig.withInput(input.get())));
      folder.requireApartFrom(spark, readConfig);
      ReadConfig moved = readConfig;
      folder.replaceSamples(
          SampleTable.of(SampleReader.read(spark, moved)), () -> manifest.moveInput(moved));
      clock.endStage("read-input");
    }

    ReadConfig records = readConfig;
    SignalStore store = new SignalStore(spark, folder.signals(), signals);
    SelectConfig select = config.withRank(rank);
    Optional<DiversityConfig> diverse = diversity(rank);
    WantedSignals states = StoredSignals.states(signals, folder, diverse.isPresent());
    try (Caches caches = new Caches()) {
      Dataset<Row> samples = folder.samples(spark);
      RankedSamples ranking =
          pruned.isPresent()
              ? bounded(folder, samples, store, select, pruned.get(), caches)
              : new CandidateRanking(select, loaded, contamination, redundancy, diverse, records)
                  .rank(
                      RejectedSamples.withReason(samples, store, needed, rank),
                      ranked -> store.join(ranked, states),
                      caches,
                      clock::endStage);
      Counts counts = counts(ranking.sizes(), ranking.cut());
      folder.replaceSelection(
          name,
          writers(ranking, counts, records),
          () -> {
            clock.endStage("write");
            lease.requireHeld();
            return manifest.finishSelect(
                name,
                select,
                new RunManifest.Choices(fitted, contamination, redundancy, diverse),
                new RunManifest.JobReport(effectiveConfig, counts, clock.seconds()));
          });
      lease.requireHeld();
      Optional<SelectedTable.Commit> commit =
          table.map(wanted -> writeTable(wanted, folder, manifest, selected(ranking, records)));
      commit.ifPresent(written -> clock.endStage("table"));
      Cut cut = ranking.cut();
      return new Result(
          counts,
          rank,
          ranking.best(),
          cut.lowestSelected(),
          cut.highestUnselected(),
          cut.tokens(),
          cut.truncated(),
          cut.astray(),
          replaced,
          commit,
          clock.seconds());
    }
  }

  /** The ranking of a folder in which some samples are pruned. */
  private RankedSamples bounded(
      OutputFolder folder,
      Dataset<Row> samples,
      SignalStore store,
      SelectConfig select,
      PruneConfig pruned,
      Caches caches) {
    if (!select.hasOneCut()
        || Stream.of(fitted, contamination, redundancy, diversity).anyMatch(Optional::isPresent)) {
      throw new InputException(
          "samples of %s are pruned, so it has one cut: per, fill, shares of sources, fitted, exclude, dedup and diversity need the signals of all; score the rest with `gateau score --output %s` and the input and models of before"
              .formatted(folder, folder));
    }
    return new BoundedSamples(samples, store, select, pruned, caches).rank();
  }

  private Optional<DiversityConfig> diversity(RankConfig rank) {
    return Strategies.of(rank.strategy()).leadersFirst()
        ? diversity.or(() -> Optional.of(DiversityConfig.of(rank)))
        : diversity;
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
    Strategy strategy = strategy(ranker);
    if (!strategy.terms().isEmpty() && ranker.scales().byTerm().isEmpty()) {
      throw new InputException(
          "the ranking of %s was fitted on no samples, so it has no scales; fit it on a folder with samples that can be ranked"
              .formatted(path));
    }
    return ranker;
  }

  private static Strategy strategy(SampleRankerModel ranker) {
    return Strategies.of(ranker.config().strategy());
  }

  private Map<String, TableReplacement.Writer> writers(
      RankedSamples ranking, Counts counts, ReadConfig records) {
    Map<String, TableReplacement.Writer> writers = new LinkedHashMap<>();
    // In order already: ranking numbers sorted partitions.
    writers.put(
        OutputFolder.SCORES,
        path ->
            SelectedRows.scores(ranking.ranked(), strategy(ranking.ranker()))
                .write()
                .parquet(path));
    writers.put(OutputFolder.SELECTED, path -> format.write(selected(ranking, records), path));
    writers.put(
        OutputFolder.REJECTED,
        path -> RejectedSamples.table(ranking.rows(), counts.rejected()).write().parquet(path));
    writers.put(OutputFolder.RANKER, path -> ranking.ranker().save(path));
    return writers;
  }

  private static Dataset<Row> selected(RankedSamples ranking, ReadConfig records) {
    return SelectedRows.of(ranking.ranked(), ranking.cut(), strategy(ranking.ranker()), records);
  }

  /** Writes the table, and what became of it to the manifest. */
  private SelectedTable.Commit writeTable(
      SelectedTable wanted, OutputFolder folder, RunManifest manifest, Dataset<Row> selected) {
    // As Parquet, the records need not be fetched once more.
    Dataset<Row> rows =
        format == SelectedFormat.PARQUET
            ? spark.read().schema(selected.schema()).parquet(folder.selected(name).toString())
            : selected;
    SelectedTable.Commit commit =
        wanted.replace(rows, QualifiedPath.display(folder.selection(name)));
    folder.replaceManifest(manifest.addTable(name, commit));
    return commit;
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
