package io.gateau.pipeline.compare;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.when;

import io.gateau.pipeline.Arguments;
import io.gateau.pipeline.OutputFolder;
import io.gateau.pipeline.RunManifest;
import io.gateau.pipeline.StoredSignals;
import io.gateau.pipeline.candidates.Caches;
import io.gateau.pipeline.diversity.ClusterLeaders;
import io.gateau.pipeline.diversity.DiversityConfig;
import io.gateau.pipeline.rank.RawTerms;
import io.gateau.pipeline.rank.SampleRanker;
import io.gateau.pipeline.rank.ScoreColumns;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.SelectTop;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.rank.strategy.Strategy;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.score.SampleStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Compares selections of one scored folder on the rows that have the signals of all of them. It
 * uses stored signals only, opens no model and writes nothing. Each selection costs a ranking; one
 * shuffle brings their ranks together. The driver holds numbers per selection, pair of selections,
 * length bucket and one of the largest sources, nothing per row.
 */
public final class CompareSelections {
  private final SparkSession spark;
  private String output;
  private List<Candidate> candidates;

  private CompareSelections(SparkSession spark) {
    this.spark = spark;
  }

  /** An action without output and candidates, which must be given. */
  public static CompareSelections on(SparkSession spark) {
    return new CompareSelections(Arguments.notNull("spark", spark));
  }

  /** Folder in which {@link io.gateau.pipeline.ScoreSamples} has scored; required. */
  public CompareSelections output(String value) {
    output = Arguments.notNull("output", value);
    return this;
  }

  /** The selections to compare, at least one; required. */
  public CompareSelections candidates(List<Candidate> values) {
    candidates = List.copyOf(Arguments.notNull("candidates", values));
    return this;
  }

  /**
   * Ranks and selects by each config, and compares.
   *
   * @throws IllegalStateException if output or candidates are missing
   * @throws InputException if nothing has been scored in the folder, or signals are missing
   */
  public Comparison execute() {
    Arguments.required("output", "path", output);
    Arguments.required("candidates", "candidates", candidates);
    OutputFolder folder = OutputFolder.at(spark, output);
    SignalConfig stored = RunManifest.of(folder).signalConfig();
    List<String> strategies =
        candidates.stream().map(candidate -> candidate.config().rank().strategy()).toList();
    try (Caches caches = new Caches()) {
      Dataset<Row> rows =
          caches.persist(
              new SignalStore(spark, folder.signals(), stored)
                  .join(
                      folder.samples(spark).filter(col(RecordColumns.REASON).isNull()),
                      StoredSignals.needed(strategies, stored, folder))
                  .filter(col(SignalColumns.STATUS).equalTo(SampleStatus.OK.code())));
      long count = rows.count();
      if (count == 0) {
        throw new InputException(
            "%s has no row with the signals of all of %s; run gateau score on this input first, or compare fewer: some strategies need long samples"
                .formatted(output, String.join(", ", strategies)));
      }
      Dataset<Row> ranks = caches.persist(ranks(rows, count, caches));
      return Comparison.of(ranks, count, candidates, stored);
    }
  }

  /** One narrow row per sample, with {@link RankColumns} of every candidate. */
  private Dataset<Row> ranks(Dataset<Row> rows, long count, Caches caches) {
    Map<RankConfig, Dataset<Row>> rawTerms = new HashMap<>();
    Dataset<Row> all = null;
    for (int i = 0; i < candidates.size(); i++) {
      Dataset<Row> ranked =
          selection(rows, count, candidates.get(i).config(), rawTerms, caches)
              .select(
                  col(RecordColumns.ID),
                  lit(i).as(RankColumns.CANDIDATE),
                  col(ScoreColumns.RANK),
                  col(ScoreColumns.SELECTED));
      all = all == null ? ranked : all.unionByName(ranked);
    }
    List<Column> byCandidate = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      Column own = col(RankColumns.CANDIDATE).equalTo(i);
      byCandidate.add(max(when(own, col(ScoreColumns.RANK))).as(RankColumns.rank(i)));
      byCandidate.add(max(when(own, col(ScoreColumns.SELECTED))).as(RankColumns.selected(i)));
    }
    Dataset<Row> wide =
        all.groupBy(RecordColumns.ID)
            .agg(
                byCandidate.get(0),
                byCandidate.subList(1, byCandidate.size()).toArray(new Column[0]));
    List<Column> columns = new ArrayList<>();
    RankColumns.SAMPLE.forEach(name -> columns.add(col(name)));
    for (int i = 0; i < candidates.size(); i++) {
      columns.add(col(RankColumns.rank(i)));
      columns.add(coalesce(col(RankColumns.selected(i)), lit(false)).as(RankColumns.selected(i)));
    }
    return rows.join(wide, CollectionConverters.asScala(List.of(RecordColumns.ID)).toSeq(), "left")
        .select(columns.toArray(new Column[0]));
  }

  /** Samples in the order of one config, with rank and selection. */
  private Dataset<Row> selection(
      Dataset<Row> rows,
      long count,
      SelectConfig config,
      Map<RankConfig, Dataset<Row>> rawTerms,
      Caches caches) {
    Strategy strategy = Strategies.of(config.rank().strategy());
    Column[] narrow =
        Stream.of(
                RankColumns.SAMPLE,
                strategy.rawTerms(),
                List.of(ScoreColumns.EXCLUSION, ScoreColumns.EXCLUSION_DETAIL))
            .flatMap(List::stream)
            .map(functions::col)
            .toArray(Column[]::new);
    Dataset<Row> terms =
        rawTerms.computeIfAbsent(
            // Budgets and alpha change no raw term.
            config.rank().withAlpha(0),
            form -> caches.persist(RawTerms.with(rows, form).select(narrow)));
    Dataset<Row> scored = SampleRanker.of(config.rank()).fit(terms).transform(terms);
    if (strategy.leadersFirst()) {
      scored =
          new ClusterLeaders(DiversityConfig.of(config.rank()), caches::persist)
              .mark(scored, rows.select(RecordColumns.ID, ClusterLeaders.STATE));
    }
    return new SelectTop(spark, config).from(scored, count);
  }
}
