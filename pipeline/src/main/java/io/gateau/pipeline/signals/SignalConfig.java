package io.gateau.pipeline.signals;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sha2;

import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.score.AttentionFocus;
import io.gateau.score.ScoringConfig;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Everything beside the sample that decides its signals, as text: for each model its fingerprint,
 * rotary base and scaling, dtype, token limit and template; for the long model also its segments
 * and the layers and heads of the attention focus. Runs of equal configs share stored signals.
 *
 * @param shortModel for the short model's perplexity
 * @param longModel for the long model's signals
 */
public record SignalConfig(PassConfig shortModel, PassConfig longModel) {
  private static final int SHA_BITS = 256;

  /**
   * Checks that both are there.
   *
   * @throws IllegalArgumentException if one is missing
   */
  public SignalConfig {
    if (shortModel == null || longModel == null) {
      throw new IllegalArgumentException("a recipe needs a short model and a long model");
    }
  }

  /**
   * Opens both checkpoints, checks that they are siblings and reads their fingerprints.
   *
   * @throws ModelException if one cannot be used, or the two do not share a vocabulary
   * @throws IllegalArgumentException if the dtype of one is not resolved
   */
  public static SignalConfig of(ModelSpec shortModel, ModelSpec longModel, ScoringConfig scoring) {
    Checkpoint shortCheckpoint = Checkpoint.open(shortModel.directory());
    Checkpoint longCheckpoint = Checkpoint.open(longModel.directory());
    requireSiblings(shortCheckpoint, longCheckpoint);
    String settings = settings(scoring);
    String shortFingerprint = shortCheckpoint.fingerprint();
    boolean sameFiles = shortCheckpoint.directory().equals(longCheckpoint.directory());
    String longFingerprint = sameFiles ? shortFingerprint : longCheckpoint.fingerprint();
    return new SignalConfig(
        pass(shortCheckpoint, shortModel, shortFingerprint, settings),
        pass(
            longCheckpoint,
            longModel,
            longFingerprint,
            settings + longSettings(scoring, longCheckpoint)));
  }

  /** What both models share. */
  private static String settings(ScoringConfig scoring) {
    return "max-tokens=%d\nprefix=%s\nbefore-instruction=%s\nbefore-response=%s"
        .formatted(
            scoring.maxTokens(),
            scoring.template().prefix(),
            scoring.template().beforeInstruction(),
            scoring.template().beforeResponse());
  }

  /** The focus as layer and head numbers: two ways to choose the same layers are one config. */
  private static String longSettings(ScoringConfig scoring, Checkpoint checkpoint) {
    AttentionFocus focus = scoring.focus().canonical(checkpoint.config());
    return "\nsegment-tokens=%d\nsegment-overlap=%d\nattention-layers=%s\nattention-heads=%s"
        .formatted(
            scoring.segmentTokens(), scoring.segmentOverlap(), focus.layers(), focus.heads());
  }

  private static PassConfig pass(
      Checkpoint checkpoint, ModelSpec spec, String fingerprint, String settings) {
    if (!spec.dtype().isResolved()) {
      throw new IllegalArgumentException("the dtype of %s is not decided".formatted(spec.path()));
    }
    ModelConfig config = spec.config(checkpoint);
    return new PassConfig(
        spec.path(),
        fingerprint,
        config.ropeTheta(),
        config.ropeScaling(),
        spec.dtype().code(),
        settings);
  }

  /** Adds the keys of the stored signals to samples with their ids and texts. */
  Dataset<Row> withKeys(Dataset<Row> samples) {
    Column content =
        concat(
            Stream.of(
                    RecordColumns.ID,
                    RecordColumns.CONTEXT,
                    RecordColumns.INSTRUCTION,
                    RecordColumns.RESPONSE)
                .map(name -> sha2(col(name), SHA_BITS))
                .toArray(Column[]::new));
    return samples
        .withColumn(SignalColumns.SHORT_KEY, key(content, shortModel))
        .withColumn(SignalColumns.LONG_KEY, key(content, longModel));
  }

  private static Column key(Column content, PassConfig pass) {
    return sha2(concat(content, lit("\n" + pass.text())), SHA_BITS);
  }

  private static void requireSiblings(Checkpoint shortModel, Checkpoint longModel) {
    if (shortModel.config().vocabularySize() != longModel.config().vocabularySize()
        || !shortModel.tokenizerDigest().equals(longModel.tokenizerDigest())) {
      throw new ModelException(
          "%s and %s have different tokenizers; homologous guidance compares two models of one family that read the same tokens"
              .formatted(longModel.directory(), shortModel.directory()));
    }
  }
}
