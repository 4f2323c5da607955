package io.gateau.pipeline.diversity;

import static io.gateau.pipeline.rank.strategy.SignalInput.LONG_STATE;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.negative;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.xxhash64;

import io.gateau.pipeline.rank.ScoreColumns;
import io.gateau.pipeline.signals.SignalColumns;
import java.util.function.UnaryOperator;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.clustering.KMeansModel;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Finds the best sample of each k-means cluster of the mean hidden states: the diverse part of CaR
 * (arXiv 2402.18191) section 3.3, after which the selection is filled by score.
 *
 * <p>Ours: the paper clusters sentence embeddings, which see some hundred tokens; here it is what
 * the long model makes of the whole sample. The paper's quality is that of a reward model; here it
 * is any score. The clusters are fitted on a part of the samples that one task holds, chosen by a
 * hash of their content, so that the result does not depend on partitions and the cost of the fit
 * not on the number of samples; every sample is then assigned.
 */
public final class ClusterLeaders {
  /** The column of the samples that are clustered by. */
  public static final String STATE = LONG_STATE.column();

  private static final String FEATURES = "features";
  private static final String CLUSTER = "cluster";
  private static final String BEST = "best";
  private static final int ITERATIONS = 20;

  /** Numbers that are fitted on, more or less: half a GiB. */
  private static final long FITTED_NUMBERS = 1L << 26;

  private static final int PARTS = 1_000_000;

  private final DiversityConfig config;
  private final UnaryOperator<Dataset<Row>> cache;

  /**
   * Leaders by this config.
   *
   * @param cache keeps a data set that is read more than once until the selection is written
   */
  public ClusterLeaders(DiversityConfig config, UnaryOperator<Dataset<Row>> cache) {
    this.config = config;
    this.cache = cache;
  }

  /**
   * Adds {@link ScoreColumns#LEADER}.
   *
   * @param scored rows with content key, id and, in those that are ranked, a score
   * @param states id and {@link #STATE} of samples; one without a state leads no cluster
   */
  public Dataset<Row> mark(Dataset<Row> scored, Dataset<Row> states) {
    Dataset<Row> vectors =
        cache.apply(
            scored
                .filter(col(ScoreColumns.SCORE).isNotNull())
                .select(SignalColumns.CONTENT_KEY, SignalColumns.ID, ScoreColumns.SCORE)
                .join(
                    states.filter(col(STATE).isNotNull()).select(SignalColumns.ID, STATE),
                    SignalColumns.ID));
    long samples = vectors.count();
    if (samples == 0) {
      return scored.withColumn(ScoreColumns.LEADER, lit(false));
    }
    Column best = struct(negative(col(ScoreColumns.SCORE)), col(SignalColumns.ID));
    Dataset<Row> leaders =
        fit(vectors, samples)
            .transform(withFeatures(vectors))
            .groupBy(CLUSTER)
            .agg(min(best).as(BEST))
            .select(
                col(BEST).getField(SignalColumns.ID).as(SignalColumns.ID),
                lit(true).as(ScoreColumns.LEADER));
    return scored
        .join(broadcast(leaders), new String[] {SignalColumns.ID}, "left")
        .na()
        .fill(false, new String[] {ScoreColumns.LEADER});
  }

  private KMeansModel fit(Dataset<Row> vectors, long samples) {
    int size = vectors.select(STATE).head().getList(0).size();
    Column hash = xxhash64(col(SignalColumns.CONTENT_KEY));
    double share = Math.min(1, (double) FITTED_NUMBERS / ((double) samples * size));
    Dataset<Row> part =
        vectors
            .filter(pmod(hash, lit(PARTS)).lt(share * PARTS))
            // Not coalesce, which would let one task read all vectors.
            .repartition(1)
            .sortWithinPartitions(hash, col(SignalColumns.ID));
    return new KMeans()
        .setK(config.of(samples))
        .setSeed(config.seed())
        .setMaxIter(ITERATIONS)
        .setFeaturesCol(FEATURES)
        .setPredictionCol(CLUSTER)
        .fit(withFeatures(part));
  }

  /** MLlib wants double precision, which is made where it is used. */
  private static Dataset<Row> withFeatures(Dataset<Row> vectors) {
    return vectors.withColumn(FEATURES, functions.array_to_vector(col(STATE))).drop(STATE);
  }
}
