package io.gateau.pipeline.candidates;

import static org.apache.spark.sql.functions.col;

import io.gateau.pipeline.contamination.ContaminatedSamples;
import io.gateau.pipeline.contamination.ContaminationConfig;
import io.gateau.pipeline.diversity.ClusterLeaders;
import io.gateau.pipeline.diversity.DiversityConfig;
import io.gateau.pipeline.rank.Cut;
import io.gateau.pipeline.rank.SampleRanker;
import io.gateau.pipeline.rank.SampleRankerModel;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.SelectTop;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.read.record.RejectionReason;
import io.gateau.pipeline.redundancy.NearDuplicates;
import io.gateau.pipeline.redundancy.RedundancyConfig;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * From the records of a folder to a ranking: contaminated samples are rejected, scales are fitted
 * on the others, these are scored, near-duplicates of better ones are rejected, the best of each
 * cluster are put first, and the budget is applied to what remains.
 *
 * @param select how samples are ranked and how many are selected
 * @param fitted a ranking that is used in place of a new one
 * @param contamination which samples are contaminated; none if it is empty
 * @param redundancy which samples are near-duplicates; none if it is empty
 * @param diversity how many clusters the best samples of go first; none do if it is empty
 * @param records how the input was read, and where it is
 */
public record CandidateRanking(
    SelectConfig select,
    Optional<SampleRankerModel> fitted,
    Optional<ContaminationConfig> contamination,
    Optional<RedundancyConfig> redundancy,
    Optional<DiversityConfig> diversity,
    ReadConfig records) {

  /**
   * Ranks.
   *
   * @param all of {@link RejectedSamples#withReason}
   * @param states adds the mean hidden states to rows with id and content key
   * @param caches keep the tables of the result
   * @param endStage is told the name of each stage when it has ended
   */
  public RankedSamples rank(
      Dataset<Row> all,
      UnaryOperator<Dataset<Row>> states,
      Caches caches,
      Consumer<String> endStage) {
    Dataset<Row> rows = caches.persist(all);
    Map<String, Long> sizes = RejectedSamples.sizes(rows);
    endStage.accept("join");
    if (contamination.isPresent()) {
      Dataset<Row> found = ContaminatedSamples.find(good(rows), records, contamination.get());
      rows = caches.persist(RejectedSamples.reject(rows, found, RejectionReason.CONTAMINATED));
      sizes = RejectedSamples.sizes(rows);
      endStage.accept("exclude");
    }
    Dataset<Row> good = good(rows);
    SampleRankerModel ranker = fitted.orElseGet(() -> SampleRanker.of(select.rank()).fit(good));
    endStage.accept("fit");
    Dataset<Row> scored = ranker.transform(good);
    if (redundancy.isPresent()) {
      scored = caches.persist(scored);
      Dataset<Row> found =
          new NearDuplicates(redundancy.get(), records, caches::persist).find(scored);
      rows = caches.persist(RejectedSamples.reject(rows, found, RejectionReason.NEAR_DUPLICATE));
      sizes = RejectedSamples.sizes(rows);
      scored = scored.join(found, new String[] {RecordColumns.ID}, "left_anti");
      endStage.accept("dedup");
    }
    if (diversity.isPresent()) {
      scored = caches.persist(scored);
      Dataset<Row> narrow = scored.select(RecordColumns.ID, RecordColumns.CONTENT_KEY);
      scored =
          new ClusterLeaders(diversity.get(), caches::persist).mark(scored, states.apply(narrow));
      endStage.accept("cluster");
    }
    Dataset<Row> ranked =
        caches.persist(
            new SelectTop(all.sparkSession(), select)
                .from(
                    scored.drop(RecordColumns.ORIGINAL, RecordColumns.REASON, RecordColumns.DETAIL),
                    sizes.getOrDefault("", 0L)));
    Cut cut = Cut.of(ranked);
    endStage.accept("rank");
    return new RankedSamples(rows, sizes, ranker, ranked, cut);
  }

  private static Dataset<Row> good(Dataset<Row> rows) {
    return rows.filter(col(RecordColumns.REASON).isNull());
  }
}
