package io.gateau.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.chat.InstructionAt;
import io.gateau.pipeline.contamination.ContaminationConfig;
import io.gateau.pipeline.diversity.DiversityConfig;
import io.gateau.pipeline.prune.PruneConfig;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.redundancy.RedundancyConfig;
import io.gateau.pipeline.selected.SelectedTable;
import io.gateau.pipeline.signals.ScoredModel;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.pipeline.signals.SignalKey;
import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import java.io.Serial;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code manifest.json}: the configuration of a run, its models and versions, its counts and the
 * seconds of each stage. Its {@code score} part, there from the first minute, lets a selection find
 * the input and the stored signals.
 */
public final class RunManifest {
  /** Keys that are not the kebab-case names of the components they come from. */
  private static final Map<String, String> OTHER_KEYS =
      Map.of(
          "budget", "amount", "sequencesScored", "sequences-read", "tokensScored", "tokens-read");

  private static final String SCORING = "scoring";
  private static final String FINISHED = "finished";
  private static final String PRUNED = "pruned";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .propertyNamingStrategy(new ManifestKeys())
          .build();

  private final OutputFolder folder;
  private final ObjectNode root;

  private RunManifest(OutputFolder folder, ObjectNode root) {
    this.folder = folder;
    this.root = root;
  }

  /**
   * What a pruning leaves out.
   *
   * @param pilot texts that have all signals, for the scale of what is deferred
   * @param signals names of the signals that are not there of all samples
   */
  record Pruned(int pilot, List<String> signals) {
    /** Copies the names. */
    Pruned {
      signals = List.copyOf(signals);
    }

    /** Whether a scoring of all samples leaves nothing of it. */
    boolean isCompletedBy(List<ModelSignal> scored) {
      return scored.stream().map(ModelSignal::name).toList().containsAll(signals);
    }
  }

  private static final class ManifestKeys extends PropertyNamingStrategies.KebabCaseStrategy {
    @Serial private static final long serialVersionUID = 1;

    @Override
    public String translate(String component) {
      return OTHER_KEYS.getOrDefault(component, super.translate(component));
    }
  }

  /**
   * What every job records.
   *
   * @param config that the job ran with
   * @param counts the job's result; its components become the keys of {@code counts}
   * @param seconds stage to seconds, in order
   */
  record JobReport(EffectiveConfig config, Record counts, Map<String, Double> seconds) {}

  /**
   * What a selection may do beside ranking; each part is left out of the manifest if it is empty.
   *
   * @param fitted folder whose ranker was used; empty if it was fitted here
   * @param contamination which samples were rejected as contaminated
   * @param redundancy which samples were rejected as near-duplicates
   * @param diversity of which clusters the best samples went first
   */
  record Choices(
      Optional<String> fitted,
      Optional<ContaminationConfig> contamination,
      Optional<RedundancyConfig> redundancy,
      Optional<DiversityConfig> diversity) {}

  /**
   * The manifest of this folder, empty if no run has finished in it.
   *
   * @throws InputException if the file is damaged or was not written by a run
   */
  public static RunManifest of(OutputFolder folder) {
    String text = folder.manifest();
    try {
      JsonNode root = text.isEmpty() ? JSON.createObjectNode() : JSON.readTree(text);
      if (root instanceof ObjectNode object) {
        if (!object.isEmpty() && !object.path("score").isObject()) {
          throw new InputException(
              "%s/manifest.json was not written by a run; name another output".formatted(folder));
        }
        return new RunManifest(folder, object);
      }
      throw new InputException(
          "%s/manifest.json is no JSON object; delete it and score again".formatted(folder));
    } catch (JsonProcessingException e) {
      throw damaged(folder, e.getOriginalMessage(), e);
    }
  }

  /**
   * Sets a {@code score} part without counts, before anything is scored: from now on what is stored
   * can be selected from.
   *
   * @param pruned what is left out of some samples, or was in an earlier scoring
   * @return the text to write
   */
  String startScore(ReadConfig input, SignalConfig signals, Optional<Pruned> pruned) {
    root.set("score", score(input, signals, pruned).put("state", SCORING));
    return text();
  }

  /**
   * Replaces the {@code score} part.
   *
   * @return the text to write
   */
  String finishScore(
      ReadConfig input,
      SignalConfig signals,
      Optional<Pruned> pruned,
      Map<ModelRole, String> devices,
      JobReport report) {
    ObjectNode score = score(input, signals, pruned).put("state", FINISHED);
    putReport(score, report);
    score.set("devices", JSON.valueToTree(byCode(devices)));
    score.set("counts", JSON.valueToTree(report.counts()));
    root.set("score", score);
    return text();
  }

  private static ObjectNode score(ReadConfig input, SignalConfig signals, Optional<Pruned> pruned) {
    ObjectNode score = JSON.createObjectNode();
    score.set("input", JSON.valueToTree(input.input()));
    score.put("instruction", input.instruction().code());
    score.put("max-line-bytes", input.maxLineBytes());
    score.put("allow-damaged", input.allowDamaged());
    score.put("limit", input.limit());
    score.set("models", JSON.valueToTree(byCode(signals.models())));
    ObjectNode keys = score.putObject("signals");
    signals.keys().forEach((name, key) -> keys.set(name, key.json()));
    pruned
        .map(part -> new Pruned(part.pilot(), part.signals().stream().filter(keys::has).toList()))
        .filter(part -> !part.signals().isEmpty())
        .ifPresent(part -> score.set(PRUNED, JSON.valueToTree(part)));
    return score;
  }

  private static <T> Map<String, T> byCode(Map<ModelRole, T> values) {
    Map<String, T> byCode = new TreeMap<>();
    values.forEach((role, value) -> byCode.put(role.code(), value));
    return byCode;
  }

  /**
   * Replaces the input of the {@code score} part.
   *
   * @return the text to write
   */
  String moveInput(ReadConfig input) {
    ((ObjectNode) scoreOrThrow()).set("input", JSON.valueToTree(input.input()));
    return text();
  }

  /**
   * Replaces the part of a selection.
   *
   * @param name of the selection, or {@link OutputFolder#UNNAMED}
   * @return the text to write
   */
  String finishSelect(String name, SelectConfig config, Choices choices, JobReport report) {
    ObjectNode select = parent(name).putObject(key(name));
    putReport(select, report);
    select.set("config", JSON.valueToTree(config));
    select.put("amount", config.budget().toString());
    choices.fitted().ifPresent(folder -> select.put("fitted", folder));
    choices
        .contamination()
        .ifPresent(value -> select.set("contamination", JSON.valueToTree(value)));
    choices.redundancy().ifPresent(value -> select.set("redundancy", JSON.valueToTree(value)));
    choices.diversity().ifPresent(value -> select.set("diversity", JSON.valueToTree(value)));
    select.set("counts", JSON.valueToTree(report.counts()));
    return text();
  }

  /**
   * Adds the table that a selection was written to.
   *
   * @param name of the selection, or {@link OutputFolder#UNNAMED}
   * @return the text to write
   */
  String addTable(String name, SelectedTable.Commit commit) {
    ObjectNode table = parent(name).withObjectProperty(key(name)).putObject("table");
    table.put("name", commit.name()).put("format", commit.format());
    commit.version().ifPresent(version -> table.put("version", version));
    return text();
  }

  private ObjectNode parent(String name) {
    return name.equals(OutputFolder.UNNAMED) ? root : root.withObjectProperty("selections");
  }

  private static String key(String name) {
    return name.equals(OutputFolder.UNNAMED) ? "select" : name;
  }

  private static void putReport(ObjectNode part, JobReport report) {
    part.put("finished", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    part.set("configuration", JSON.valueToTree(new TreeMap<>(report.config().values())));
    part.set("versions", JSON.valueToTree(Versions.all()));
    part.set("seconds", JSON.valueToTree(report.seconds()));
  }

  private String text() {
    try {
      return JSON.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the manifest cannot be written as JSON", e);
    }
  }

  /**
   * The input that was scored, with full paths.
   *
   * @throws InputException if nothing was scored, or the manifest is damaged
   */
  public ReadConfig input() {
    JsonNode score = scoreOrThrow();
    List<String> paths = new ArrayList<>();
    score.path("input").forEach(path -> paths.add(path.asText()));
    try {
      return new ReadConfig(
          paths,
          InstructionAt.of(score.path("instruction").asText()),
          score.path("max-line-bytes").asInt(),
          score.path("allow-damaged").asBoolean(),
          score.path("limit").asInt(ReadConfig.NO_LIMIT));
    } catch (IllegalArgumentException e) {
      throw damaged(folder, e.getMessage(), e);
    }
  }

  /**
   * The signals that were scored of all samples: all but those of {@link #pruned}.
   *
   * @throws InputException if nothing was scored, or the manifest is damaged
   */
  public SignalConfig signalConfig() {
    SignalConfig all = allSignals();
    return pruned().map(part -> all.without(part.signals())).orElse(all);
  }

  /**
   * What a pruning has left out; empty if there is nothing.
   *
   * @throws InputException if the manifest is damaged
   */
  Optional<Pruned> pruned() {
    JsonNode part = root.path("score").path(PRUNED);
    try {
      return part.isMissingNode()
          ? Optional.empty()
          : Optional.of(JSON.treeToValue(part, Pruned.class));
    } catch (JsonProcessingException e) {
      throw damaged(folder, e.getOriginalMessage(), e);
    }
  }

  /**
   * How samples were pruned, if a ranking needs what was left out and can do without.
   *
   * @throws InputException if the manifest is damaged
   */
  Optional<PruneConfig> prunedFor(RankConfig rank) {
    return Strategies.of(rank.strategy())
        .upperBound(rank)
        .flatMap(
            bound ->
                pruned()
                    .filter(
                        part ->
                            bound.deferred().stream()
                                .anyMatch(signal -> part.signals().contains(signal.name()))))
        .map(part -> new PruneConfig(part.pilot()));
  }

  /**
   * The signals that were stored, of some samples or of all.
   *
   * @throws InputException if nothing was scored, or the manifest is damaged
   */
  public SignalConfig allSignals() {
    JsonNode score = scoreOrThrow();
    if (!score.path("signals").isObject()) {
      throw new InputException(
          "%s was scored by an earlier version, which stored signals in another way; run gateau score again on its input"
              .formatted(folder));
    }
    Map<ModelRole, ScoredModel> models = new EnumMap<>(ModelRole.class);
    Map<String, SignalKey> keys = new LinkedHashMap<>();
    try {
      for (ModelRole role : ModelRole.values()) {
        if (score.path("models").has(role.code())) {
          models.put(
              role, JSON.treeToValue(score.path("models").get(role.code()), ScoredModel.class));
        }
      }
      score
          .path("signals")
          .properties()
          .forEach(signal -> keys.put(signal.getKey(), SignalKey.of(signal.getValue())));
      return new SignalConfig(models, keys);
    } catch (JsonProcessingException e) {
      throw damaged(folder, e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw damaged(folder, e.getMessage(), e);
    }
  }

  /** Whether a run has scored here, or begun to, in a way that {@link #signalConfig} knows. */
  boolean hasSignals() {
    return root.path("score").path("signals").isObject();
  }

  /** Whether a scoring has ended with these signals of all samples, under these keys. */
  boolean hasAll(Collection<ModelSignal> signals, SignalConfig keys) {
    return hasSignals()
        && root.path("score").path("state").asText().equals(FINISHED)
        && signals.stream()
            .allMatch(
                signal ->
                    keys.key(signal).isPresent()
                        && keys.key(signal).equals(signalConfig().key(signal)));
  }

  private JsonNode scoreOrThrow() {
    JsonNode score = root.path("score");
    if (score.isMissingNode()) {
      throw new InputException(
          "%s has no scores (no manifest.json with a score part); run gateau score first"
              .formatted(folder));
    }
    return score;
  }

  private static InputException damaged(OutputFolder folder, String detail, Exception cause) {
    return new InputException(
        "%s/manifest.json is damaged (%s); delete it and score again".formatted(folder, detail),
        cause);
  }
}
