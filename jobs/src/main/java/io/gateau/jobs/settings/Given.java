package io.gateau.jobs.settings;

import java.util.List;

/**
 * The text that the user gave for a setting.
 *
 * @param texts one value, or more for a setting that takes several
 * @param origin where it was given: a flag, or a file and a key
 */
public record Given(List<String> texts, String origin) {
  public Given {
    texts = List.copyOf(texts);
    if (texts.isEmpty()) {
      throw new ConfigException("a value is missing (%s)".formatted(origin));
    }
  }
}
