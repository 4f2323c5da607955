package io.gateau.pipeline.signals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.tokenizer.SpecialTokens;
import io.gateau.score.SampleScorer;
import io.gateau.score.ScoringConfig;
import io.gateau.score.Signal;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A signal under one configuration: everything beside the sample that decides its numbers. With the
 * content key of a sample it identifies a stored value. Neither the sample's id nor the model's
 * role enters it, so the same text or the same model under another name keeps its signals.
 *
 * @param signal the signal's name
 * @param configuration canonical JSON text
 */
public record SignalKey(String signal, String configuration) implements Serializable {
  /** Version of the text itself. */
  private static final int FORMAT = 2;

  private static final int FOLDER_DIGITS = 16;

  /** The engine, and what says how a sample is cut into sequences and segments. */
  private static final List<String> CUT =
      List.of(
          "numerics",
          "max-tokens",
          "prefix",
          "before-instruction",
          "before-response",
          "segment-tokens",
          "segment-overlap");

  /** Left out where special tokens are text, as in the keys of stores that are older than it. */
  private static final String SPECIAL_TOKENS = "special-tokens";

  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Checks that both are there.
   *
   * @throws IllegalArgumentException if one is missing
   */
  public SignalKey {
    if (signal == null || configuration == null) {
      throw new IllegalArgumentException("a stored signal needs a name and a configuration");
    }
  }

  /**
   * The key of a signal of a model.
   *
   * @param config of the model as it is read
   * @throws io.gateau.model.checkpoint.ModelException if the model cannot be read in this way
   */
  static SignalKey of(Signal signal, ScoredModel model, ModelConfig config, ScoringConfig scoring) {
    ObjectNode text = JSON.createObjectNode();
    text.put("format", FORMAT);
    text.put("signal", signal.name());
    text.put("version", signal.version());
    text.put("numerics", SampleScorer.NUMERICS_VERSION);
    text.put("fingerprint", model.fingerprint());
    text.put("rope-theta", model.ropeTheta());
    text.put("rope-scaling", model.ropeScaling());
    text.put("dtype", model.dtype());
    text.put("max-tokens", scoring.maxTokens());
    text.put("prefix", scoring.template().prefix());
    text.put("before-instruction", scoring.template().beforeInstruction());
    text.put("before-response", scoring.template().beforeResponse());
    if (scoring.specialTokens() != SpecialTokens.TEXT) {
      text.put(SPECIAL_TOKENS, scoring.specialTokens().code());
    }
    signal.settings(scoring, config).forEach(text::put);
    return new SignalKey(signal.name(), text.toString());
  }

  /** The key whose configuration is this JSON. */
  public static SignalKey of(JsonNode configuration) {
    return new SignalKey(configuration.path("signal").asText(), configuration.toString());
  }

  /** The configuration as JSON. */
  public JsonNode json() {
    try {
      return JSON.readTree(configuration);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "the configuration of a signal is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Whether both were taken of the same sequences and segments of a sample. */
  boolean goesWith(SignalKey other) {
    JsonNode own = json();
    JsonNode others = other.json();
    if (!own.path(SPECIAL_TOKENS).equals(others.path(SPECIAL_TOKENS))) {
      return false;
    }
    return CUT.stream()
        .filter(name -> own.has(name) && others.has(name))
        .allMatch(name -> own.get(name).equals(others.get(name)));
  }

  /** Name of the folder of this signal in the store. */
  String folder() {
    return signal + "-" + digest().substring(0, FOLDER_DIGITS);
  }

  private String digest() {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(configuration.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
