package io.gateau.udf;

import io.gateau.model.LoadedModel;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.score.ModelRole;
import io.gateau.score.SampleStatus;
import io.gateau.score.ScoringConfig;
import io.gateau.score.TokenizedSample;
import java.util.EnumMap;
import java.util.Map;

/**
 * The tokenizers of the models of a task. The two siblings have the same one, so they share the
 * tokens of a sample; an unrelated model reads the same texts as tokens of its own.
 */
public final class SampleTokenizers {
  private final Map<ModelRole, LoadedModel> models = new EnumMap<>(ModelRole.class);

  /**
   * Tokenizers of these models.
   *
   * @throws ModelException if one cannot be used
   */
  public SampleTokenizers(Map<ModelRole, ModelSpec> specs) {
    specs.forEach((role, spec) -> models.put(role, TaskModels.get(spec)));
  }

  /** The tokens of a sample for every model, each cut to max-tokens of its own. */
  public Map<ModelRole, TokenizedSample> tokenize(
      ScoringConfig config, String context, String instruction, String response) {
    Map<ModelRole, TokenizedSample> samples = new EnumMap<>(ModelRole.class);
    models.forEach(
        (role, model) -> {
          TokenizedSample shared = role == ModelRole.LONG ? samples.get(ModelRole.SHORT) : null;
          samples.put(
              role,
              shared == null
                  ? TokenizedSample.of(model.tokenizer(), config, context, instruction, response)
                  : shared);
        });
    return samples;
  }

  /** What can be said of the tokens of a sample before its model reads them. */
  public SampleStatus before(ModelRole role, TokenizedSample sample, ScoringConfig config) {
    return SampleStatus.before(
        sample, config, models.get(role).checkpoint().config().vocabularySize());
  }
}
