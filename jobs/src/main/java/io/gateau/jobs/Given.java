package io.gateau.jobs;

import java.util.List;

/**
 * What the user wrote for a setting.
 *
 * @param texts one value, or more for a setting that takes several
 * @param origin where it stands: a flag, or a file and a key
 */
record Given(List<String> texts, String origin) {
  Given {
    texts = List.copyOf(texts);
    if (texts.isEmpty()) {
      throw new ConfigException("a value is missing (" + origin + ")");
    }
  }
}
