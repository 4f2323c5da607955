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
import io.gateau.pipeline.signals.Recipe;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code manifest.json}: what a run was told, with which models and versions, what it counted and
 * how long each stage took. Its {@code score} part lets a later selection find the input and the
 * stored signals again.
 */
public final class RunManifest {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .build();

  private final OutputFolder folder;
  private final ObjectNode root;

  private RunManifest(OutputFolder folder, ObjectNode root) {
    this.folder = folder;
    this.root = root;
  }

  /**
   * The configuration as the user gave it: keys of the configuration file, values as text, no
   * secrets.
   *
   * @param values key to value
   */
  public record Settings(Map<String, String> values) {
    public static final Settings NONE = new Settings(Map.of());

    public Settings {
      values = Map.copyOf(values);
    }
  }

  public static RunManifest of(OutputFolder folder) {
    String text = folder.manifest();
    try {
      JsonNode root = text.isEmpty() ? JSON.createObjectNode() : JSON.readTree(text);
      if (root instanceof ObjectNode object) {
        if (!object.isEmpty() && !object.path("score").isObject()) {
          throw new InputException(
              folder + "/manifest.json was not written by a run; name another output");
        }
        return new RunManifest(folder, object);
      }
      throw new InputException(
          folder + "/manifest.json is no JSON object; delete it and score again");
    } catch (JsonProcessingException e) {
      throw new InputException(
          folder
              + "/manifest.json is damaged ("
              + e.getOriginalMessage()
              + "); delete it and score again",
          e);
    }
  }

  RunManifest scored(
      ReadConfig input,
      Recipe recipe,
      ScoreConfig config,
      Settings settings,
      ScoreSamples.Result result,
      StageClock clock) {
    ObjectNode score = root.putObject("score");
    common(score, settings, clock);
    score.set("input", JSON.valueToTree(input.input()));
    score.put("instruction", input.instruction().code());
    score.put("max-line-bytes", input.maxLineBytes());
    score.set("recipe", JSON.valueToTree(recipe));
    score.put("device", config.longModel().device());
    score.set("counts", JSON.valueToTree(result));
    return this;
  }

  RunManifest selected(
      SelectConfig config, Settings settings, SelectSamples.Result result, StageClock clock) {
    ObjectNode select = root.putObject("select");
    common(select, settings, clock);
    select.set("config", JSON.valueToTree(config));
    select.put("amount", config.amount().toString());
    select.set("counts", JSON.valueToTree(result));
    return this;
  }

  void write() {
    try {
      folder.replaceManifest(JSON.writeValueAsString(root) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the manifest cannot be written as JSON", e);
    }
  }

  /**
   * The input that was scored.
   *
   * @throws InputException if nothing was
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
      throw damaged(e.getMessage(), e);
    }
  }

  /**
   * What the stored signals were made with.
   *
   * @throws InputException if nothing was scored
   */
  public Recipe recipe() {
    try {
      return JSON.treeToValue(scoreOrThrow().required("recipe"), Recipe.class);
    } catch (JsonProcessingException e) {
      throw damaged(e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw damaged(e.getMessage(), e);
    }
  }

  private InputException damaged(String what, Exception cause) {
    return new InputException(
        folder + "/manifest.json is damaged (" + what + "); delete it and score again", cause);
  }

  private JsonNode scoreOrThrow() {
    JsonNode score = root.path("score");
    if (score.isMissingNode()) {
      throw new InputException(
          folder
              + " has no finished scores (no manifest.json with a score part); run gateau score first");
    }
    return score;
  }

  private static void common(ObjectNode part, Settings settings, StageClock clock) {
    part.put("finished", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    part.set("configuration", JSON.valueToTree(new TreeMap<>(settings.values())));
    part.set("versions", JSON.valueToTree(Versions.all()));
    part.set("seconds", JSON.valueToTree(clock.seconds()));
  }
}
