package io.gateau.jobs.settings;

import java.util.List;
import java.util.stream.Stream;

/**
 * Every setting there is: the flags, the help and the check of configuration files come from this
 * list. Each section declares its settings in a class of its own; defaults and ranges are those of
 * the records that use them.
 */
public final class Keys {
  /** All settings, in the order of the help. */
  public static final List<Setting<?>> ALL =
      Stream.of(
              InputOutputKeys.ALL, ModelKeys.ALL, ScoringKeys.ALL, SelectionKeys.ALL, SparkKeys.ALL)
          .<Setting<?>>flatMap(List::stream)
          .toList();

  private Keys() {}
}
