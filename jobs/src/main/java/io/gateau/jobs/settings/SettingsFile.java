package io.gateau.jobs.settings;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
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
import org.apache.commons.text.similarity.LevenshteinDistance;

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
   * What a file gives, by key; every key is known, or begins with {@link Keys#SPARK_CONF}.
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
      throw new ConfigException(file + " does not exist (--config)", e);
    } catch (JacksonException e) {
      String where =
          e.getLocation() == null ? "" : " at line " + Math.max(1, e.getLocation().getLineNr());
      throw new ConfigException(
          file + " is not valid YAML" + where + ": " + firstLine(e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new ConfigException(file + " cannot be read (--config): " + e, e);
    }
  }

  private void flatten(String key, JsonNode node) {
    if (node.isObject()) {
      String prefix = key.isEmpty() ? "" : key + ".";
      node.properties().forEach(entry -> flatten(prefix + entry.getKey(), entry.getValue()));
    } else if (key.isEmpty()) {
      if (!node.isMissingNode() && !node.isNull()) {
        throw new ConfigException(file + " holds no keys; a line looks like `output: out/first`");
      }
    } else if (node.isNull() && isSection(key)) {
      // Its keys are commented out.
      return;
    } else if (values.put(key, new Given(texts(key, node), file + ", " + key)) != null) {
      throw new ConfigException(key + " is given twice (" + file + "); keep one");
    }
  }

  private List<String> texts(String key, JsonNode node) {
    if (!node.isArray()) {
      return List.of(text(key, node));
    }
    if (node.isEmpty()) {
      throw new ConfigException(key + " is an empty list (" + file + "); remove it or fill it");
    }
    return StreamSupport.stream(node.spliterator(), false).map(each -> text(key, each)).toList();
  }

  private String text(String key, JsonNode node) {
    if (!node.isValueNode() || node.isNull()) {
      throw new ConfigException(
          key
              + (node.isNull() ? " has no value" : " holds more than plain values")
              + " ("
              + file
              + "); remove it or give it one");
    }
    return node.asText();
  }

  private void checkKnown(String key) {
    if (key.startsWith(Keys.SPARK_CONF)) {
      return;
    }
    List<String> known =
        Keys.ALL.stream().map(Setting::key).collect(Collectors.toCollection(ArrayList::new));
    if (known.contains(key)) {
      return;
    }
    if (isSection(key)) {
      throw new ConfigException(
          key + " is a section (" + file + "); put its keys on the next lines, indented");
    }
    if (key.startsWith("spark.")) {
      known.add(Keys.SPARK_CONF + key);
    }
    String nearest =
        known.stream().min(Comparator.comparingInt(each -> distance(key, each))).orElseThrow();
    throw new ConfigException(
        key + " is not a setting (" + file + "); did you mean " + nearest + "?");
  }

  private static boolean isSection(String key) {
    return Keys.SPARK_CONF.equals(key + ".")
        || Keys.ALL.stream().anyMatch(setting -> setting.key().startsWith(key + "."));
  }

  /** In edits; right name in the wrong section counts as one. */
  private static int distance(String key, String known) {
    LevenshteinDistance edits = LevenshteinDistance.getDefaultInstance();
    return Math.min(edits.apply(key, known), 1 + edits.apply(name(key), name(known)));
  }

  private static String name(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
