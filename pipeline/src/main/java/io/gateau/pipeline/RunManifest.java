package io.gateau.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.InstructionAt;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.signals.SignalConfig;
import java.io.Serial;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code manifest.json}: the configuration of a run, its models and versions, its counts and the
 * seconds of each stage. Its {@code score} part lets a later selection find the input and the
 * stored signals again.
 */
public final class RunManifest {
  /** Keys that are not the kebab-case names of the components they come from. */
  private static final Map<String, String> OTHER_KEYS =
      Map.of(
          "budget", "amount", "sequencesScored", "sequences-read", "tokensScored", "tokens-read");

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

  /** Replaces the {@code score} part and writes the file. */
  void writeScore(ReadConfig input, SignalConfig signals, String device, JobReport report) {
    ObjectNode score = root.putObject("score");
    putReport(score, report);
    score.set("input", JSON.valueToTree(input.input()));
    score.put("instruction", input.instruction().code());
    score.put("max-line-bytes", input.maxLineBytes());
    score.set("recipe", JSON.valueToTree(signals));
    score.put("device", device);
    score.set("counts", JSON.valueToTree(report.counts()));
    write();
  }

  /** Replaces the {@code select} part and writes the file. */
  void writeSelect(SelectConfig config, JobReport report) {
    ObjectNode select = root.putObject("select");
    putReport(select, report);
    select.set("config", JSON.valueToTree(config));
    select.put("amount", config.budget().toString());
    select.set("counts", JSON.valueToTree(report.counts()));
    write();
  }

  private static void putReport(ObjectNode part, JobReport report) {
    part.put("finished", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    part.set("configuration", JSON.valueToTree(new TreeMap<>(report.config().values())));
    part.set("versions", JSON.valueToTree(Versions.all()));
    part.set("seconds", JSON.valueToTree(report.seconds()));
  }

  private void write() {
    try {
      folder.replaceManifest(JSON.writeValueAsString(root) + "\n");
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
          score.path("max-line-bytes").asInt());
    } catch (IllegalArgumentException e) {
      throw damaged(folder, e.getMessage(), e);
    }
  }

  /**
   * The config of the signals that were stored.
   *
   * @throws InputException if nothing was scored, or the manifest is damaged
   */
  public SignalConfig signalConfig() {
    try {
      return JSON.treeToValue(scoreOrThrow().required("recipe"), SignalConfig.class);
    } catch (JsonProcessingException e) {
      throw damaged(folder, e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw damaged(folder, e.getMessage(), e);
    }
  }

  private JsonNode scoreOrThrow() {
    JsonNode score = root.path("score");
    if (score.isMissingNode()) {
      throw new InputException(
          "%s has no finished scores (no manifest.json with a score part); run gateau score first"
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
