package io.gateau.model.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Faults of a tokenizer.json that the tokenizers library does not report, but crashes on. */
final class TokenizerFaults {
  private static final Set<String> MODELS = Set.of("BPE", "WordLevel", "WordPiece", "Unigram");
  private static final String AGAIN = "; download it again";

  private TokenizerFaults() {}

  /** The first fault, as the rest of a sentence about the file. */
  static Optional<String> find(JsonNode json) {
    JsonNode vocabulary = json.path("model").path("vocab");
    if (MODELS.contains(json.path("model").path("type").asText()) && vocabulary.isEmpty()) {
      return Optional.of("has an empty vocabulary" + AGAIN);
    }
    Set<String> names = new HashSet<>();
    for (Map.Entry<String, JsonNode> entry : vocabulary.properties()) {
      names.add(entry.getKey());
      if (!isToken(entry.getValue())) {
        return wrongToken(entry.getKey(), entry.getValue());
      }
    }
    if (vocabulary.isArray()) {
      vocabulary.forEach(piece -> names.add(piece.path(0).asText()));
    }
    for (JsonNode token : json.path("added_tokens")) {
      String name = token.path("content").asText();
      names.add(name);
      if (token.has("id") && !isToken(token.path("id"))) {
        return wrongToken(name, token.path("id"));
      }
    }
    return ofPostProcessor(json.path("post_processor"), names);
  }

  private static boolean isToken(JsonNode id) {
    return id.isIntegralNumber() && id.canConvertToInt() && id.intValue() >= 0;
  }

  private static Optional<String> wrongToken(String name, JsonNode id) {
    return Optional.of(
        "gives the token %s the id %s; ids are whole numbers from 0 to %d%s"
            .formatted(name, id, Integer.MAX_VALUE, AGAIN));
  }

  private static Optional<String> ofPostProcessor(JsonNode processor, Set<String> names) {
    return switch (processor.path("type").asText()) {
      case "Sequence" -> ofSteps(processor.path("processors"), names);
      case "TemplateProcessing" -> ofTemplate(processor, names);
      case "BertProcessing", "RobertaProcessing" -> ofSeparators(processor, names);
      default -> Optional.empty();
    };
  }

  private static Optional<String> ofSteps(JsonNode steps, Set<String> names) {
    for (JsonNode step : steps) {
      Optional<String> fault = ofPostProcessor(step, names);
      if (fault.isPresent()) {
        return fault;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> ofSeparators(JsonNode processor, Set<String> names) {
    for (String key : List.of("sep", "cls")) {
      JsonNode token = processor.path(key);
      String name = token.path(0).asText();
      if (!isToken(token.path(1))) {
        return wrongToken(name, token.path(1));
      }
      if (!names.contains(name)) {
        return missing(name);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> ofTemplate(JsonNode template, Set<String> names) {
    JsonNode known = template.path("special_tokens");
    for (String form : List.of("single", "pair")) {
      for (JsonNode piece : template.path(form)) {
        String id = piece.path("SpecialToken").path("id").asText();
        if (piece.has("SpecialToken") && !known.has(id)) {
          return missing(id);
        }
      }
    }
    for (JsonNode token : known) {
      for (JsonNode name : token.path("tokens")) {
        if (!names.contains(name.asText())) {
          return missing(name.asText());
        }
      }
      for (JsonNode id : token.path("ids")) {
        if (!isToken(id)) {
          return wrongToken(token.path("id").asText(), id);
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> missing(String token) {
    return Optional.of(
        "has a post-processor that names the token %s, which the file does not have; save it again with the tokenizers library"
            .formatted(token));
  }
}
