package io.gateau.jobs.settings;

import io.gateau.model.MemoryPolicy;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.RopeScalingOverride;
import io.gateau.pipeline.ScoreConfig;
import io.gateau.pipeline.rank.Budget;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.score.AttentionFocus;
import io.gateau.score.PromptTemplate;
import io.gateau.score.ScoringConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The settings of a run: flag before file before default. Every value is checked when this is made,
 * whether the run needs it or not.
 */
public final class Settings {
  private static final Pattern SECRET =
      Pattern.compile("secret|password|token|key|credential", Pattern.CASE_INSENSITIVE);

  private final Map<Setting<?>, Given> values = new HashMap<>();
  private final Map<Setting<?>, Given> flags;
  private final SortedMap<String, String> sparkConf = new TreeMap<>();

  private Settings(Map<Setting<?>, Given> flags) {
    this.flags = Map.copyOf(flags);
  }

  /**
   * Puts together what was given.
   *
   * @throws ConfigException if a key is unknown or a value is not allowed, with its origin
   */
  public static Settings resolve(Map<Setting<?>, Given> flags, Optional<Path> file) {
    return resolve(Map.of(), flags, file);
  }

  /** The same with defaults of a command's own. */
  public static Settings resolve(
      Map<Setting<?>, String> usual, Map<Setting<?>, Given> flags, Optional<Path> file) {
    Settings settings = new Settings(flags);
    Map<String, Given> inFile = file.map(SettingsFile::read).orElse(Map.of());
    Map<Setting<?>, Given> fromFile = new HashMap<>();
    for (Setting<?> setting : Keys.ALL) {
      setting.fallback().ifPresent(text -> settings.put(setting, List.of(text), "default"));
      Optional.ofNullable(inFile.get(setting.key()))
          .ifPresent(given -> fromFile.put(setting, given));
    }
    usual.forEach((setting, text) -> settings.put(setting, List.of(text), "default"));
    Given preset =
        flags.getOrDefault(
            Keys.PRESET, fromFile.getOrDefault(Keys.PRESET, settings.values.get(Keys.PRESET)));
    Keys.valuesOf(Keys.PRESET.parse(preset))
        .forEach((setting, text) -> settings.put(setting, List.of(text), preset.origin()));
    settings.replace(fromFile);
    settings.replace(flags);
    settings.values.forEach(Setting::parse);
    inFile.forEach(
        (key, given) -> {
          if (key.startsWith(Keys.SPARK_CONF)) {
            settings.sparkConf.put(
                key.substring(Keys.SPARK_CONF.length()), String.join(",", given.texts()));
          }
        });
    return settings;
  }

  private void put(Setting<?> setting, List<String> texts, String origin) {
    values.put(setting, new Given(texts, origin));
  }

  /** Lays one source over those before it; an amount replaces any other way to say how much. */
  private void replace(Map<Setting<?>, Given> source) {
    List<Setting<?>> amounts = Keys.AMOUNTS.stream().filter(source::containsKey).toList();
    if (amounts.size() > 1) {
      throw new ConfigException(
          amounts.stream()
                  .map(amount -> amount.name() + " (" + source.get(amount).origin() + ")")
                  .collect(Collectors.joining(" and "))
              + " cannot go together; keep one of percent, count and tokens");
    }
    if (!amounts.isEmpty()) {
      values.keySet().removeAll(Keys.AMOUNTS);
    }
    values.putAll(source);
  }

  /** The value, if anybody gave one or there is a default. */
  public <T> Optional<T> find(Setting<T> setting) {
    return Optional.ofNullable(values.get(setting)).map(setting::parse);
  }

  /**
   * The value.
   *
   * @throws ConfigException if nobody gave one and there is no default
   */
  public <T> T get(Setting<T> setting) {
    require(setting);
    return find(setting).orElseThrow();
  }

  /** The value, if it was given on the command line. */
  public <T> Optional<T> flag(Setting<T> setting) {
    return Optional.ofNullable(flags.get(setting)).map(setting::parse);
  }

  /**
   * Checks that there are values.
   *
   * @throws ConfigException naming all that are missing
   */
  public void require(Setting<?>... settings) {
    List<Setting<?>> missing =
        Arrays.stream(settings).filter(setting -> !values.containsKey(setting)).toList();
    if (!missing.isEmpty()) {
      throw new ConfigException(
          "missing: "
              + missing.stream().map(Setting::flagOrKey).collect(Collectors.joining(", "))
              + "; give it as a flag, or in a --config file as "
              + missing.stream().map(Setting::key).collect(Collectors.joining(", ")));
    }
  }

  public ReadConfig readConfig() {
    return new ReadConfig(get(Keys.INPUT), get(Keys.INSTRUCTION), get(Keys.MAX_LINE_BYTES));
  }

  public ScoreConfig scoreConfig() {
    PromptTemplate template =
        new PromptTemplate(
            get(Keys.PREFIX), get(Keys.BEFORE_INSTRUCTION), get(Keys.BEFORE_RESPONSE));
    ScoringConfig scoring;
    try {
      scoring =
          new ScoringConfig(
              template,
              get(Keys.MAX_TOKENS),
              get(Keys.SEGMENT_TOKENS),
              get(Keys.SEGMENT_OVERLAP),
              new AttentionFocus(get(Keys.ATTENTION_LAYERS), get(Keys.ATTENTION_HEADS)),
              get(Keys.BATCH_TOKENS));
    } catch (IllegalArgumentException e) {
      // Each value has been checked alone: what is left is how they go together.
      throw new ConfigException(e.getMessage(), e);
    }
    return new ScoreConfig(
        model(Keys.SHORT_MODEL, Keys.SHORT_ROPE_THETA, Keys.SHORT_ROPE_SCALING),
        model(Keys.LONG_MODEL, Keys.LONG_ROPE_THETA, Keys.LONG_ROPE_SCALING),
        scoring,
        get(Keys.CHECKPOINT_SECONDS));
  }

  private ModelSpec model(
      Setting<String> path, Setting<Double> ropeTheta, Setting<RopeScalingOverride> ropeScaling) {
    return new ModelSpec(
        get(path),
        find(ropeTheta).orElse(ModelSpec.CONFIGURED_THETA),
        find(ropeScaling).orElse(RopeScalingOverride.CONFIGURED),
        get(Keys.DTYPE),
        get(Keys.DEVICE),
        new MemoryPolicy(get(Keys.DEVICE_MEMORY), get(Keys.STREAM_LAYERS)));
  }

  public SelectConfig selectConfig() {
    return new SelectConfig(
        get(Keys.STRATEGY),
        get(Keys.ALPHA),
        get(Keys.IMPORTANCE),
        get(Keys.DIFFICULTY),
        get(Keys.NORMALISATION),
        get(Keys.WINSORISE),
        amount(),
        get(Keys.PER),
        get(Keys.SEED));
  }

  private Budget amount() {
    List<Budget> given = new ArrayList<>();
    find(Keys.PERCENT).map(Budget.Percent::new).ifPresent(given::add);
    find(Keys.COUNT).map(Budget.Count::new).ifPresent(given::add);
    find(Keys.TOKENS).map(Budget.Tokens::new).ifPresent(given::add);
    return given.get(0);
  }

  /** Spark's own settings from the file. */
  public SortedMap<String, String> sparkConf() {
    return Collections.unmodifiableSortedMap(sparkConf);
  }

  /** Every setting that has a value, as text by key, for the record; without secrets. */
  public SortedMap<String, String> effective() {
    SortedMap<String, String> result = new TreeMap<>();
    values.forEach((setting, given) -> result.put(setting.key(), String.join(", ", given.texts())));
    sparkConf.forEach(
        (key, value) ->
            result.put(Keys.SPARK_CONF + key, SECRET.matcher(key).find() ? "***" : value));
    return Collections.unmodifiableSortedMap(result);
  }
}
