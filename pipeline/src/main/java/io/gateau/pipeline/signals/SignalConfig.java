package io.gateau.pipeline.signals;

import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import io.gateau.score.ScoringConfig;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The signals of a run: its models, and under which key each signal of a model is stored.
 *
 * @param models role to model; the roles that a signal needs
 * @param keys name of a {@link ModelSignal} to its key
 */
public record SignalConfig(Map<ModelRole, ScoredModel> models, Map<String, SignalKey> keys) {
  /** Copies both maps; the order stays. */
  public SignalConfig {
    models = Collections.unmodifiableMap(new LinkedHashMap<>(models));
    keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
  }

  /**
   * Opens the checkpoints that the signals need, checks that they go together and reads their
   * fingerprints.
   *
   * @param specs role to model, for every role of a signal
   * @param directories role to the model's directory on this machine
   * @throws ModelException if one cannot be used, the siblings do not share a vocabulary, or two
   *     are one model
   * @throws IllegalArgumentException if the dtype of one is not resolved
   */
  public static SignalConfig of(
      Map<ModelRole, ModelSpec> specs,
      Map<ModelRole, Path> directories,
      ScoringConfig scoring,
      Collection<ModelSignal> signals) {
    Map<ModelRole, Checkpoint> checkpoints = new EnumMap<>(ModelRole.class);
    signals.stream()
        .map(ModelSignal::role)
        .distinct()
        .forEach(role -> checkpoints.put(role, Checkpoint.open(directories.get(role))));
    Map<ModelRole, ScoredModel> models = new EnumMap<>(ModelRole.class);
    Map<Path, String> fingerprints = new LinkedHashMap<>();
    checkpoints.forEach(
        (role, checkpoint) ->
            models.put(
                role,
                ScoredModel.of(
                    specs.get(role),
                    checkpoint,
                    fingerprints.computeIfAbsent(
                        checkpoint.directory(), directory -> checkpoint.fingerprint()))));
    requireSiblings(checkpoints);
    requireDifferent(models);
    Map<String, SignalKey> keys = new LinkedHashMap<>();
    for (ModelSignal signal : signals) {
      ModelRole role = signal.role();
      keys.put(
          signal.name(),
          SignalKey.of(
              signal.signal(),
              models.get(role),
              specs.get(role).config(checkpoints.get(role)),
              scoring));
    }
    return new SignalConfig(models, keys);
  }

  /**
   * Checks that the short and the long model read the same tokens; one alone is none to check.
   *
   * @throws ModelException if they do not
   */
  public static void requireSiblings(Map<ModelRole, Checkpoint> checkpoints) {
    Checkpoint shortModel = checkpoints.get(ModelRole.SHORT);
    Checkpoint longModel = checkpoints.get(ModelRole.LONG);
    if (shortModel == null || longModel == null) {
      return;
    }
    if (shortModel.config().vocabularySize() != longModel.config().vocabularySize()
        || !shortModel.tokenizerDigest().equals(longModel.tokenizerDigest())) {
      throw new ModelException(
          "%s and %s have different tokenizers; homologous guidance compares two models of one family that read the same tokens"
              .formatted(longModel.directory(), shortModel.directory()));
    }
  }

  private static void requireDifferent(Map<ModelRole, ScoredModel> models) {
    ScoredModel shortModel = models.get(ModelRole.SHORT);
    ScoredModel longModel = models.get(ModelRole.LONG);
    ScoredModel unrelated = models.get(ModelRole.UNRELATED);
    for (ModelRole role : List.of(ModelRole.SHORT, ModelRole.LONG)) {
      ScoredModel sibling = models.get(role);
      if (unrelated != null && sibling != null && unrelated.saysTheSameAs(sibling)) {
        throw new ModelException(
            "the unrelated model %s is the %s model; name one of another family"
                .formatted(unrelated.path(), role.code()));
      }
    }
    if (shortModel != null && longModel != null && shortModel.saysTheSameAs(longModel)) {
      throw new ModelException(
          "%s and %s are one model: the same weights with the same rotary settings (theta %s), so they would find every response equally hard; name a long-context sibling as the long model, or give it another base with --long-rope-theta"
              .formatted(shortModel.path(), longModel.path(), shortModel.ropeTheta()));
    }
  }

  /** The key of a signal; empty if the run has not computed it. */
  public Optional<SignalKey> key(ModelSignal signal) {
    return Optional.ofNullable(keys.get(signal.name()));
  }

  /** These signals without those of these names. */
  public SignalConfig without(Collection<String> names) {
    Map<String, SignalKey> others = new LinkedHashMap<>(keys);
    others.keySet().removeAll(names);
    return new SignalConfig(models, others);
  }

  /**
   * These signals with those of an earlier run on the same folder that go with them: its models of
   * the same roles are the same, and its sequences and segments were made in the same way. Another
   * unrelated model takes the place of the earlier one, beside the same pair.
   */
  public SignalConfig withEarlier(SignalConfig earlier) {
    Set<ModelRole> changed =
        models.keySet().stream()
            .filter(earlier.models::containsKey)
            .filter(role -> !models.get(role).sharesSignalsWith(earlier.models.get(role)))
            .collect(Collectors.toSet());
    boolean samePair = changed.stream().allMatch(role -> role == ModelRole.UNRELATED);
    Map<String, SignalKey> allKeys = new LinkedHashMap<>();
    earlier.keys.forEach(
        (name, key) -> {
          boolean isOfChanged =
              changed.stream().anyMatch(role -> name.startsWith(role.code() + "-"));
          if (samePair && !isOfChanged && keys.values().stream().allMatch(key::goesWith)) {
            allKeys.put(name, key);
          }
        });
    Map<ModelRole, ScoredModel> allModels = new EnumMap<>(ModelRole.class);
    if (!allKeys.isEmpty()) {
      allModels.putAll(earlier.models);
    }
    allModels.putAll(models);
    allKeys.putAll(keys);
    return new SignalConfig(allModels, allKeys);
  }
}
