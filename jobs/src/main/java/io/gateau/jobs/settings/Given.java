package io.gateau.jobs.settings;

import java.util.List;

/**
 * What the user wrote for a setting.
 *
 * @param texts one value, or more for a setting that takes several
 * @param origin where it stands: a flag, or a file and a key
 */
public record Given(List<String> texts, String origin) {
  public Given {
    texts = List.copyOf(texts);
    if (texts.isEmpty()) {
      throw new ConfigException("a value is missing (%s)".formatted(origin));
    }
  }
}
