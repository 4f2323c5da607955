package io.gateau.pipeline.progress;

import com.codahale.metrics.Meter;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What all tasks of this process have counted: the meters of {@link MeteredCounter}s. */
final class ProcessMeters {
  /** Name of a counter to its meter. */
  static final Map<String, Meter> ALL = meters();

  private ProcessMeters() {}

  private static Map<String, Meter> meters() {
    Map<String, Meter> meters = new TreeMap<>();
    for (String name : List.of("rows", "sequences", "tokens", "failed", "errors", "files")) {
      meters.put(name, new Meter());
    }
    return Collections.unmodifiableMap(meters);
  }
}
