package io.gateau.pipeline.signals;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sha2;

import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.pipeline.ScoreConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.score.AttentionFocus;
import io.gateau.score.ScoringConfig;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Everything beside the sample that decides a signal, as text: model fingerprint, rotary base and
 * scaling, number type, token limit, template and, for the long model, its segments and the layers
 * and heads of the attention focus. Two runs with the same recipe share stored signals.
 *
 * @param shortModel for the short model's perplexity
 * @param longModel for the long model's signals
 */
public record Recipe(ModelRecipe shortModel, ModelRecipe longModel) {
  public Recipe {
    if (shortModel == null || longModel == null) {
      throw new IllegalArgumentException("a recipe needs a short model and a long model");
    }
  }

  /**
   * A part of the recipe: one model and the settings it is read with.
   *
   * @param ropeTheta the rotary base that holds, be it of config.json or in its place
   * @param ropeScaling the rotary scaling that holds, likewise, in words
   */
  public record ModelRecipe(
      String path,
      String fingerprint,
      double ropeTheta,
      String ropeScaling,
      String dtype,
      String settings)
      implements Serializable {
    public ModelRecipe {
      if (path == null
          || fingerprint == null
          || ropeScaling == null
          || dtype == null
          || settings == null) {
        throw new IllegalArgumentException(
            "a model's recipe needs path, fingerprint, rope-scaling, dtype and settings");
      }
      if (!(ropeTheta > 0)) {
        throw new IllegalArgumentException("rope-theta " + ropeTheta + " is not positive");
      }
    }

    private String text() {
      return String.join(
          "\n", fingerprint, Double.toString(ropeTheta), ropeScaling, dtype, settings);
    }
  }

  /**
   * Opens both checkpoints, checks that they are siblings and reads their fingerprints.
   *
   * @throws ModelException if one cannot be used, or the two do not share a vocabulary
   */
  public static Recipe of(ScoreConfig config) {
    Checkpoint shortCheckpoint = Checkpoint.open(config.shortModel().directory());
    Checkpoint longCheckpoint = Checkpoint.open(config.longModel().directory());
    requireSiblings(shortCheckpoint, longCheckpoint);
    String shared =
        "max-tokens=%d\nprefix=%s\nbefore-instruction=%s\nbefore-response=%s"
            .formatted(
                config.scoring().maxTokens(),
                config.scoring().template().prefix(),
                config.scoring().template().beforeInstruction(),
                config.scoring().template().beforeResponse());
    String shortFingerprint = shortCheckpoint.fingerprint();
    boolean same = shortCheckpoint.directory().equals(longCheckpoint.directory());
    return new Recipe(
        model(shortCheckpoint, config.shortModel(), shortFingerprint, shared),
        model(
            longCheckpoint,
            config.longModel(),
            same ? shortFingerprint : longCheckpoint.fingerprint(),
            shared + longSettings(config.scoring(), longCheckpoint)));
  }

  /** As numbers of this model: two ways to choose the same layers are one recipe. */
  private static String longSettings(ScoringConfig scoring, Checkpoint checkpoint) {
    AttentionFocus focus = scoring.focus().canonical(checkpoint.config());
    return "\nsegment-tokens=%d\nsegment-overlap=%d\nattention-layers=%s\nattention-heads=%s"
        .formatted(
            scoring.segmentTokens(), scoring.segmentOverlap(), focus.layers(), focus.heads());
  }

  private static ModelRecipe model(
      Checkpoint checkpoint, ModelSpec spec, String fingerprint, String settings) {
    if (!spec.dtype().isResolved()) {
      throw new IllegalArgumentException("the dtype of " + spec.path() + " is not decided");
    }
    ModelConfig config = spec.config(checkpoint);
    return new ModelRecipe(
        spec.path(),
        fingerprint,
        config.ropeTheta(),
        config.ropeScaling(),
        spec.dtype().code(),
        settings);
  }

  /** The samples with the keys under which their signals are stored. */
  public Dataset<Row> keyed(Dataset<Row> samples) {
    Column content =
        concat(
            Arrays.stream(
                    new String[] {
                      RecordColumns.ID,
                      RecordColumns.CONTEXT,
                      RecordColumns.INSTRUCTION,
                      RecordColumns.RESPONSE
                    })
                .map(name -> sha2(col(name), 256))
                .toArray(Column[]::new));
    return samples
        .withColumn(Columns.SHORT_KEY, key(content, shortModel))
        .withColumn(Columns.LONG_KEY, key(content, longModel));
  }

  private static Column key(Column content, ModelRecipe model) {
    return sha2(concat(content, lit("\n" + model.text())), 256);
  }

  private static void requireSiblings(Checkpoint shortModel, Checkpoint longModel) {
    if (shortModel.config().vocabularySize() != longModel.config().vocabularySize()
        || !shortModel.tokenizerDigest().equals(longModel.tokenizerDigest())) {
      throw new ModelException(
          longModel.directory()
              + " and "
              + shortModel.directory()
              + " have different tokenizers; homologous guidance compares two models of one family"
              + " that read the same tokens");
    }
  }
}
