package io.gateau.jobs.settings;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.gateau.pipeline.read.file.NearNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A configuration file in YAML: sections of kebab-case keys, each at most once. */
final class SettingsFile {
  private static final ObjectMapper YAML =
      new ObjectMapper(
              YAMLFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Path file;
  private final Map<String, Given> values = new LinkedHashMap<>();

  private SettingsFile(Path file) {
    this.file = file;
  }

  /**
   * What a file gives, by key; every key is known, or begins with {@link SparkKeys#CONF_PREFIX}.
   *
   * @throws ConfigException if the file cannot be read, is no such YAML, or holds an unknown key
   */
  static Map<String, Given> read(Path file) {
    SettingsFile result = new SettingsFile(file);
    result.flatten("", result.parse());
    result.values.keySet().forEach(result::checkKnown);
    return result.values;
  }

  private JsonNode parse() {
    try {
      return YAML.readTree(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new ConfigException("%s does not exist (--config)".formatted(file), e);
    } catch (JacksonException e) {
      String line =
          e.getLocation() == null
              ? ""
              : " at line %d".formatted(Math.max(1, e.getLocation().getLineNr()));
      throw new ConfigException(
          "%s is not valid YAML%s: %s".formatted(file, line, firstLine(e.getOriginalMessage())), e);
    } catch (IOException e) {
      throw new ConfigException("%s cannot be read (--config): %s".formatted(file, e), e);
    }
  }

  private void flatten(String key, JsonNode node) {
    if (node.isObject()) {
      String prefix = key.isEmpty() ? "" : key + ".";
      node.properties().forEach(entry -> flatten(prefix + entry.getKey(), entry.getValue()));
    } else if (key.isEmpty()) {
      if (!node.isMissingNode() && !node.isNull()) {
        throw new ConfigException(
            "%s holds no keys; a line looks like `output: out/first`".formatted(file));
      }
    } else if (node.isNull() && isSection(key)) {
      // Its keys are commented out.
      return;
    } else if (values.put(key, new Given(texts(key, node), "%s, %s".formatted(file, key)))
        != null) {
      throw new ConfigException("%s is given twice (%s); keep one".formatted(key, file));
    }
  }

  private List<String> texts(String key, JsonNode node) {
    if (!node.isArray()) {
      return List.of(text(key, node));
    }
    if (node.isEmpty()) {
      throw new ConfigException(
          "%s is an empty list (%s); remove it or fill it".formatted(key, file));
    }
    return StreamSupport.stream(node.spliterator(), false).map(each -> text(key, each)).toList();
  }

  private String text(String key, JsonNode node) {
    if (!node.isValueNode() || node.isNull()) {
      throw new ConfigException(
          "%s %s (%s); remove it or give it one"
              .formatted(
                  key, node.isNull() ? "has no value" : "holds more than plain values", file));
    }
    return node.asText();
  }

  private void checkKnown(String key) {
    if (key.startsWith(SparkKeys.CONF_PREFIX)) {
      return;
    }
    List<String> known =
        Keys.ALL.stream().map(Setting::key).collect(Collectors.toCollection(ArrayList::new));
    if (known.contains(key)) {
      return;
    }
    if (isSection(key)) {
      throw new ConfigException(
          "%s is a section (%s); put its keys on the next lines, indented".formatted(key, file));
    }
    if (key.startsWith("spark.")) {
      known.add(SparkKeys.CONF_PREFIX + key);
    }
    String nearest =
        known.stream().min(Comparator.comparingInt(each -> distance(key, each))).orElseThrow();
    throw new ConfigException(
        "%s is not a setting (%s); did you mean %s?".formatted(key, file, nearest));
  }

  private static boolean isSection(String key) {
    return SparkKeys.CONF_PREFIX.equals(key + ".")
        || Keys.ALL.stream().anyMatch(setting -> setting.key().startsWith(key + "."));
  }

  /** In edits; the right name in the wrong section counts as one. */
  private static int distance(String key, String known) {
    return Math.min(NearNames.edits(key, known), 1 + NearNames.edits(name(key), name(known)));
  }

  private static String name(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
