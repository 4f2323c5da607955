package io.gateau.pipeline.progress;

import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What all tasks of this process have counted, under names that metrics show: those of {@link
 * MeteredCounter}s, and counts that the driver does not need.
 */
public final class ProcessMeters {
  private static final List<String> USUAL =
      List.of("rows", "sequences", "tokens", "failed", "errors", "files", "retried-tasks");

  private static final Map<String, Meter> ALL = new ConcurrentHashMap<>();
  private static Optional<MetricRegistry> registry = Optional.empty();

  private ProcessMeters() {}

  /**
   * Counts.
   *
   * @param name kebab-case, with a dot before a kind of it, such as {@code rejected.too-short}; new
   *     ones are added to the metrics
   */
  public static void mark(String name, long count) {
    meter(name).mark(count);
  }

  /** Shows all meters of this process, and those to come. */
  static synchronized void showIn(MetricRegistry metrics) {
    USUAL.forEach(ProcessMeters::meter);
    ALL.forEach(metrics::register);
    registry = Optional.of(metrics);
  }

  private static Meter meter(String name) {
    Meter known = ALL.get(name);
    return known == null ? added(name) : known;
  }

  private static synchronized Meter added(String name) {
    return ALL.computeIfAbsent(
        name,
        absent -> {
          Meter meter = new Meter();
          registry.ifPresent(metrics -> metrics.register(name, meter));
          return meter;
        });
  }
}
