package io.gateau.pipeline.prune;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.format_string;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.gateau.pipeline.candidates.Caches;
import io.gateau.pipeline.candidates.RankedSamples;
import io.gateau.pipeline.candidates.RejectedSamples;
import io.gateau.pipeline.rank.Budget;
import io.gateau.pipeline.rank.Cut;
import io.gateau.pipeline.rank.SampleRanker;
import io.gateau.pipeline.rank.SampleRankerModel;
import io.gateau.pipeline.rank.ScoreColumns;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.SelectTop;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.rank.strategy.Strategy;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.read.record.RejectionReason;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.pipeline.signals.WantedSignals;
import io.gateau.score.ModelSignal;
import io.gateau.score.SampleStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The samples of a folder in which some miss the deferred signals of a {@link Strategy.UpperBound}:
 * docs/pruning.md. Samples with all signals have a score, the others the greatest that they can
 * have. Ranked together by these numbers, a sample within the budget is undecided if its score is
 * not known. With a budget of tokens the first that does not fit is undecided, too: with a score
 * below its bound it gives its place to others, which may fit. Once the undecided ones are scored,
 * and those that come into their places, no sample outside the budget can be selected, since its
 * score is not above its bound. What is selected equals row for row what is selected when all
 * samples are scored and ranked on the same scales.
 */
public final class BoundedSamples {
  private static final String OPEN = "open";

  /** From this round on everything is scored that may still be selected, so that it is the last. */
  private static final int LAST_ROUND = 4;

  private final SparkSession spark;
  private final SignalStore store;
  private final SelectConfig select;
  private final Strategy strategy;
  private final Strategy.UpperBound bound;
  private final Caches caches;
  private final Dataset<Row> all;
  private final Dataset<Row> samples;
  private final Dataset<Row> rejected;
  private final Dataset<Row> bounded;
  private final Dataset<Row> pilot;
  private final long size;
  private Optional<SampleRankerModel> fitted = Optional.empty();

  /**
   * The samples of a folder in which the signals that are not deferred are stored.
   *
   * @param samples the narrow table
   * @param select how they are ranked, and how many are selected: by {@link SelectConfig#hasOneCut}
   * @param caches keep tables that are read more than once
   * @throws IllegalArgumentException if nothing bounds the score, or the selection is not one cut
   */
  public BoundedSamples(
      Dataset<Row> samples,
      SignalStore store,
      SelectConfig select,
      PruneConfig config,
      Caches caches) {
    if (!select.hasOneCut()) {
      throw new IllegalArgumentException(
          "samples are pruned by one cut for the whole set: no budget for parts of it, no shares of sources, no filling");
    }
    this.spark = samples.sparkSession();
    this.all = samples;
    this.store = store;
    this.select = select;
    this.caches = caches;
    RankConfig rank = select.rank();
    this.strategy = Strategies.of(rank.strategy());
    this.bound = SampleRankerModel.upperBound(rank);
    List<ModelSignal> cheap =
        strategy.signals().stream().filter(signal -> !bound.deferred().contains(signal)).toList();
    Dataset<Row> rows =
        caches.rows(
            RejectedSamples.withReason(
                samples,
                store,
                new WantedSignals(cheap, Set.of()),
                rank.withStrategy(bound.cheaper().code())));
    this.rejected = rows.filter(col(RecordColumns.REASON).isNotNull());
    this.bounded = rows.filter(col(RecordColumns.REASON).isNull());
    this.size = bounded.count();
    // Of records that are no samples ids may be missing or not unique.
    this.samples =
        caches.rows(
            samples
                .filter(col(RecordColumns.REASON).isNull())
                .join(bounded.select(RecordColumns.ID), joinedBy(RecordColumns.ID), "left_semi"));
    this.pilot =
        caches.rows(
            bounded
                .select(RecordColumns.CONTENT_KEY)
                .distinct()
                .orderBy(RecordColumns.CONTENT_KEY)
                .limit(config.pilot()));
  }

  /** How many samples have a bound or a score. */
  public long size() {
    return size;
  }

  /** Those samples of the narrow table that have a bound or a score. */
  public Dataset<Row> samples() {
    return samples;
  }

  /**
   * Those samples of the narrow table that have no bound and never will. Of samples whose attempt
   * failed another one may give it.
   */
  public Dataset<Row> unbounded() {
    Object[] reasons =
        Arrays.stream(SampleStatus.values())
            .filter(status -> status != SampleStatus.OK && !status.isFailedAttempt())
            .map(SampleStatus::code)
            .toArray();
    Dataset<Row> ids =
        rejected.filter(col(RecordColumns.REASON).isin(reasons)).select(RecordColumns.ID);
    return all.filter(col(RecordColumns.REASON).isNull())
        .join(ids, joinedBy(RecordColumns.ID), "left_semi");
  }

  /**
   * The samples of the narrow table whose deferred signals are scored first: the pilot, and those
   * with some content keys.
   */
  public Dataset<Row> first(Dataset<Row> contentKeys) {
    return samples.join(
        pilot.union(contentKeys).distinct(), joinedBy(RecordColumns.CONTENT_KEY), "left_semi");
  }

  private Dataset<Row> inPilot(Dataset<Row> rows) {
    return rows.join(pilot, joinedBy(RecordColumns.CONTENT_KEY), "left_semi");
  }

  /**
   * The samples of the narrow table whose deferred signals are to be scored next; none if the
   * selection is decided. All of the pilot must be scored.
   *
   * <p>In the first rounds they are those that are within the budget by their bounds, and the one
   * that ends a budget of tokens: no order could leave them out. In the last one they are all that
   * may still be selected: those whose bounds are not below the cut through the scores that are
   * known.
   *
   * @param round counted from 1
   * @param kept keeps the rows
   */
  public Dataset<Row> undecided(int round, Caches kept) {
    try (Caches scratch = new Caches()) {
      Known known = known(scratch);
      Dataset<Row> virtual = scratch.persist(virtual(known, scratch));
      Dataset<Row> next = virtual.filter(decides(virtual).and(col(OPEN)));
      if (round >= LAST_ROUND && !next.isEmpty()) {
        next = virtual.filter(col(OPEN).and(col(ScoreColumns.SCORE).geq(lit(cut(known, virtual)))));
      }
      return kept.rows(
          samples.join(next.select(RecordColumns.ID), joinedBy(RecordColumns.ID), "left_semi"));
    }
  }

  private static long selected(Dataset<Row> virtual) {
    return virtual.filter(col(ScoreColumns.SELECTED)).count();
  }

  /**
   * The rows that the selection depends on: those within the budget and, with a budget of tokens,
   * the first that does not fit. If its score is below its bound, a smaller row may take its place.
   */
  private Column decides(Dataset<Row> virtual) {
    return select.budget() instanceof Budget.Tokens
        ? col(ScoreColumns.RANK).leq(lit(selected(virtual) + 1))
        : col(ScoreColumns.SELECTED);
  }

  /** A score that is below every score which is selected in the end. */
  private double cut(Known known, Dataset<Row> virtual) {
    long selected = selected(virtual);
    Budget budget =
        select.budget() instanceof Budget.Tokens ? select.budget() : new Budget.Count(selected);
    Cut cut = Cut.of(new SelectTop(spark, select.withBudget(budget)).from(known.scored(), size));
    return cut.highestUnselected().orElse(Double.NEGATIVE_INFINITY);
  }

  /**
   * The ranking of the samples with a score. The others are rejected as pruned.
   *
   * @throws InputException if the selection is not decided
   */
  public RankedSamples rank() {
    Known known = known(caches);
    Dataset<Row> virtual = virtual(known, caches);
    long open = virtual.filter(decides(virtual).and(col(OPEN))).count();
    if (open > 0) {
      throw new InputException(
          "the segments of %d samples that may be selected are not scored; run gateau run --prune with these settings, which scores them, or gateau score without it, which scores all"
              .formatted(open));
    }
    Dataset<Row> scored = known.scored();
    Dataset<Row> ranked =
        caches.persist(
            new SelectTop(spark, select.withBudget(new Budget.Count(selected(virtual))))
                .from(
                    scored.drop(RecordColumns.ORIGINAL, RecordColumns.REASON, RecordColumns.DETAIL),
                    size));
    Cut cut = Cut.of(ranked);
    Dataset<Row> rows = caches.persist(withReasons(known, cut));
    Map<String, Long> sizes = RejectedSamples.sizes(rows);
    return new RankedSamples(rows, sizes, known.ranker(), ranked, cut);
  }

  /**
   * What is known of the scores.
   *
   * @param rows of the samples that have a bound, by {@link RejectedSamples#withReason}; those
   *     without the deferred signals are not scored
   * @param scored those of them that have a score, with it
   */
  private record Known(SampleRankerModel ranker, Dataset<Row> rows, Dataset<Row> scored) {
    Dataset<Row> open() {
      return rows.filter(isOpen());
    }
  }

  private static Column isOpen() {
    return col(RecordColumns.REASON).equalTo(RejectionReason.NOT_SCORED.code());
  }

  private Known known(Caches scratch) {
    Dataset<Row> rows =
        scratch.persist(
            RejectedSamples.withReason(
                samples,
                store,
                new WantedSignals(strategy.signals(), Set.copyOf(strategy.tokenColumns())),
                select.rank()));
    if (fitted.isEmpty()) {
      fitted = Optional.of(fit(inPilot(rows)));
    }
    SampleRankerModel ranker = fitted.get();
    Dataset<Row> scored = ranker.transform(rows.filter(col(RecordColumns.REASON).isNull()));
    return new Known(ranker, rows, scored);
  }

  /** Fits the scale of what is deferred on the rows of the pilot, and the others on all. */
  private SampleRankerModel fit(Dataset<Row> pilotRows) {
    long open = pilotRows.filter(isOpen()).count();
    if (open > 0) {
      throw new InputException(
          "the segments of %d samples that the scale of contextual awareness is fitted on are not scored; run the same gateau run --prune again"
              .formatted(open));
    }
    SampleRankerModel ranker =
        SampleRanker.of(select.rank())
            .fit(bounded, pilotRows.filter(col(RecordColumns.REASON).isNull()));
    if (ranker.scales().byTerm().isEmpty() && size > 0) {
      throw new InputException(
          "none of the samples that the scale of contextual awareness is fitted on can be ranked; give more of them with --pilot");
    }
    return ranker;
  }

  /** Scored and open samples in one order, with what is selected if bounds were scores. */
  private Dataset<Row> virtual(Known known, Caches scratch) {
    Dataset<Row> both =
        scratch.persist(
            known
                .scored()
                .select(
                    col(RecordColumns.ID),
                    col(SignalColumns.SEQUENCE_TOKENS),
                    col(ScoreColumns.SCORE),
                    lit(false).as(OPEN))
                .unionByName(
                    bounds(known)
                        .select(
                            col(RecordColumns.ID),
                            col(SignalColumns.SEQUENCE_TOKENS),
                            col(ScoreColumns.GREATEST_SCORE).as(ScoreColumns.SCORE),
                            lit(true).as(OPEN))));
    return new SelectTop(spark, select).from(both, size);
  }

  /** The open samples with their bounds. */
  private Dataset<Row> bounds(Known known) {
    return known
        .ranker()
        .bound(
            bounded.join(
                known.open().select(RecordColumns.ID), joinedBy(RecordColumns.ID), "left_semi"));
  }

  /** All records; the open samples are pruned. */
  private Dataset<Row> withReasons(Known known, Cut cut) {
    Dataset<Row> bounds =
        bounds(known).select(col(RecordColumns.ID), col(ScoreColumns.GREATEST_SCORE));
    Column pruned = col(ScoreColumns.GREATEST_SCORE).isNotNull();
    Column detail =
        cut.lowestSelected()
            .map(
                lowest ->
                    format_string(
                        "its score is at most %.6f, and the lowest that is selected is %.6f; its segments were not scored",
                        col(ScoreColumns.GREATEST_SCORE), lit(lowest)))
            .orElseGet(() -> lit("nothing is selected; its segments were not scored"));
    return known
        .rows()
        .join(bounds, joinedBy(RecordColumns.ID), "left")
        .withColumn(RecordColumns.DETAIL, when(pruned, detail).otherwise(col(RecordColumns.DETAIL)))
        .withColumn(
            RecordColumns.REASON,
            when(pruned, lit(RejectionReason.PRUNED.code())).otherwise(col(RecordColumns.REASON)))
        .drop(ScoreColumns.GREATEST_SCORE)
        .unionByName(rejected, true);
  }

  private static String[] joinedBy(String column) {
    return new String[] {column};
  }
}
