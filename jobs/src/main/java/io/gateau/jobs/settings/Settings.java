package io.gateau.jobs.settings;

import io.gateau.model.MemoryPolicy;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.RopeScalingOverride;
import io.gateau.pipeline.ScoreConfig;
import io.gateau.pipeline.ScoreLimits;
import io.gateau.pipeline.contamination.ContaminationConfig;
import io.gateau.pipeline.diversity.DiversityConfig;
import io.gateau.pipeline.prune.PruneConfig;
import io.gateau.pipeline.rank.Budget;
import io.gateau.pipeline.rank.SampleRankerModel;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.SourceShares;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.SignalInput;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.read.file.Secrets;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.redundancy.RedundancyConfig;
import io.gateau.score.AttentionFocus;
import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import io.gateau.score.PromptTemplate;
import io.gateau.score.ScoringConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings of a run. A flag wins over the file, and the file over the default. Every value is
 * checked when this is made, whether the run needs it or not.
 */
public final class Settings {
  /** Spark's own setting for the names of settings whose values are secret. */
  private static final String REDACTION = "spark.redaction.regex";

  private final Map<Setting<?>, Given> values = new HashMap<>();
  private final Map<Setting<?>, Given> flags;
  private final SortedMap<String, String> sparkConf = new TreeMap<>();

  private Settings(Map<Setting<?>, Given> flags) {
    this.flags = Map.copyOf(flags);
  }

  /**
   * Resolves the value of every setting.
   *
   * @throws ConfigException if a key is unknown or a value is not allowed, with its origin
   */
  public static Settings resolve(Map<Setting<?>, Given> flags, Optional<Path> file) {
    return resolve(Map.of(), flags, file);
  }

  /**
   * Resolves the value of every setting where a command has defaults of its own.
   *
   * @param defaults in place of the usual ones; a file wins over them
   */
  public static Settings resolve(
      Map<Setting<?>, String> defaults, Map<Setting<?>, Given> flags, Optional<Path> file) {
    Settings settings = new Settings(flags);
    Map<String, Given> inFile = file.map(SettingsFile::read).orElse(Map.of());
    Map<Setting<?>, Given> fromFile = new HashMap<>();
    for (Setting<?> setting : Keys.ALL) {
      setting.defaultValue().ifPresent(text -> settings.put(setting, List.of(text), "default"));
      Optional.ofNullable(inFile.get(setting.key()))
          .ifPresent(given -> fromFile.put(setting, given));
    }
    defaults.forEach((setting, text) -> settings.put(setting, List.of(text), "default"));
    Given preset =
        flags.getOrDefault(
            SelectionKeys.PRESET,
            fromFile.getOrDefault(SelectionKeys.PRESET, settings.values.get(SelectionKeys.PRESET)));
    SelectionKeys.valuesOf(SelectionKeys.PRESET.parse(preset))
        .forEach((setting, text) -> settings.put(setting, List.of(text), preset.origin()));
    settings.replace(fromFile);
    settings.replace(flags);
    settings.values.forEach(Setting::parse);
    inFile.forEach(
        (key, given) -> {
          if (key.startsWith(SparkKeys.CONF_PREFIX)) {
            settings.sparkConf.put(
                key.substring(SparkKeys.CONF_PREFIX.length()), String.join(",", given.texts()));
          }
        });
    return settings;
  }

  private void put(Setting<?> setting, List<String> texts, String origin) {
    values.put(setting, new Given(texts, origin));
  }

  /** Values of one source replace those before it; a budget replaces any other budget. */
  private void replace(Map<Setting<?>, Given> source) {
    List<Setting<?>> budgets = SelectionKeys.BUDGETS.stream().filter(source::containsKey).toList();
    if (budgets.size() > 1) {
      throw new ConfigException(
          "%s cannot go together; keep one of percent, count and tokens"
              .formatted(
                  budgets.stream()
                      .map(budget -> named(budget, source.get(budget)))
                      .collect(Collectors.joining(" and "))));
    }
    if (!budgets.isEmpty()) {
      values.keySet().removeAll(SelectionKeys.BUDGETS);
    }
    values.putAll(source);
  }

  private static String named(Setting<?> setting, Given given) {
    return "%s (%s)".formatted(setting.name(), given.origin());
  }

  /** The value that was given, or the default; empty if there is neither. */
  public <T> Optional<T> find(Setting<T> setting) {
    return Optional.ofNullable(values.get(setting)).map(setting::parse);
  }

  /**
   * The value.
   *
   * @throws ConfigException if none was given and there is no default
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
          "missing: %s; give it as a flag, or in a --config file as %s"
              .formatted(joined(missing, Setting::flagOrKey), joined(missing, Setting::key)));
    }
  }

  private static String joined(List<Setting<?>> settings, Function<Setting<?>, String> text) {
    return settings.stream().map(text).collect(Collectors.joining(", "));
  }

  public ReadConfig readConfig() {
    return new ReadConfig(
            get(InputOutputKeys.INPUT),
            get(InputOutputKeys.INSTRUCTION),
            get(InputOutputKeys.MAX_LINE_BYTES),
            get(InputOutputKeys.ALLOW_DAMAGED))
        .withLimit(get(InputOutputKeys.LIMIT));
  }

  /** The text around a sample. */
  public PromptTemplate template() {
    return new PromptTemplate(
        get(ScoringKeys.PREFIX),
        get(ScoringKeys.BEFORE_INSTRUCTION),
        get(ScoringKeys.BEFORE_RESPONSE));
  }

  public ScoreConfig scoreConfig() {
    ScoringConfig scoring;
    try {
      scoring =
          new ScoringConfig(
              template(),
              get(ScoringKeys.MAX_TOKENS),
              get(ScoringKeys.SEGMENT_TOKENS),
              get(ScoringKeys.SEGMENT_OVERLAP),
              new AttentionFocus(
                  get(ScoringKeys.ATTENTION_LAYERS), get(ScoringKeys.ATTENTION_HEADS)),
              get(ScoringKeys.BATCH_TOKENS),
              get(ScoringKeys.SPECIAL_TOKENS),
              get(ScoringKeys.RECENT_TOKENS));
    } catch (IllegalArgumentException e) {
      // Each value has been checked alone; what can fail here is their combination.
      throw new ConfigException(e.getMessage(), e);
    }
    List<ModelSignal> signals = signals();
    Map<ModelRole, ModelSpec> models = new EnumMap<>(ModelRole.class);
    signals.forEach(signal -> models.computeIfAbsent(signal.role(), this::model));
    ScoreLimits limits =
        new ScoreLimits(
            get(ScoringKeys.CHECKPOINT_SECONDS),
            get(ScoringKeys.SAMPLE_SECONDS),
            get(ScoringKeys.RETRY),
            get(ScoringKeys.MAX_REJECTED));
    return new ScoreConfig(models, signals, scoring, limits);
  }

  /**
   * What the strategies need that are scored for: those of {@code score.for}, or the one of the
   * selection; the default where that one needs nothing. With diversity, the states that are
   * clustered too.
   */
  private List<ModelSignal> signals() {
    List<String> strategies =
        find(ScoringKeys.FOR).orElseGet(() -> List.of(get(SelectionKeys.STRATEGY)));
    List<ModelSignal> signals =
        Stream.concat(
                strategies.stream().flatMap(code -> Strategies.of(code).signals().stream()),
                find(SelectionKeys.DIVERSITY).map(any -> SignalInput.LONG_STATE.signal()).stream())
            .distinct()
            .toList();
    return signals.isEmpty()
        ? Strategies.of(SelectConfig.DEFAULT.rank().strategy()).signals()
        : signals;
  }

  /** The settings that name the models which {@link #scoreConfig} needs. */
  public List<Setting<String>> modelsToScore() {
    return signals().stream().map(ModelSignal::role).distinct().map(Settings::path).toList();
  }

  private static Setting<String> path(ModelRole role) {
    return switch (role) {
      case SHORT -> ModelKeys.SHORT_MODEL;
      case LONG -> ModelKeys.LONG_MODEL;
      case UNRELATED -> ModelKeys.UNRELATED_MODEL;
    };
  }

  /** The model of a role, which must be given. */
  public ModelSpec model(ModelRole role) {
    return switch (role) {
      case SHORT ->
          model(role, find(ModelKeys.SHORT_ROPE_THETA), find(ModelKeys.SHORT_ROPE_SCALING));
      case LONG -> model(role, find(ModelKeys.LONG_ROPE_THETA), find(ModelKeys.LONG_ROPE_SCALING));
      case UNRELATED -> model(role, Optional.empty(), Optional.empty());
    };
  }

  private ModelSpec model(
      ModelRole role, Optional<Double> ropeTheta, Optional<RopeScalingOverride> ropeScaling) {
    return new ModelSpec(
        get(path(role)),
        ropeTheta.orElse(ModelSpec.CONFIGURED_THETA),
        ropeScaling.orElse(RopeScalingOverride.CONFIGURED),
        get(ModelKeys.DTYPE),
        get(ModelKeys.DEVICE),
        new MemoryPolicy(get(ModelKeys.DEVICE_MEMORY), get(ModelKeys.STREAM_LAYERS)));
  }

  /**
   * How samples are ranked and how many are selected.
   *
   * @throws ConfigException if settings do not go together
   */
  public SelectConfig selectConfig() {
    if (get(SelectionKeys.FILL) && find(SelectionKeys.TOKENS).isEmpty()) {
      throw new ConfigException(
          "%s says nothing without %s; give both, or leave it out"
              .formatted(SelectionKeys.FILL.flagOrKey(), SelectionKeys.TOKENS.flagOrKey()));
    }
    try {
      return new SelectConfig(
          rankConfig(),
          budget(),
          get(SelectionKeys.PER),
          new SourceShares(get(SelectionKeys.LEAST_SHARE), get(SelectionKeys.GREATEST_SHARE)));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
  }

  /**
   * How samples are pruned; empty if all are scored.
   *
   * @throws ConfigException if what is scored for needs the signals of all samples
   */
  public Optional<PruneConfig> pruneConfig() {
    if (!get(SelectionKeys.PRUNE)) {
      return Optional.empty();
    }
    RankConfig rank = rankConfig();
    List<ModelSignal> deferred;
    try {
      deferred = SampleRankerModel.upperBound(rank).deferred();
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "%s: %s".formatted(SelectionKeys.PRUNE.flagOrKey(), e.getMessage()), e);
    }
    find(ScoringKeys.FOR).stream()
        .flatMap(List::stream)
        .filter(code -> !code.equals(rank.strategy()))
        .filter(code -> Strategies.of(code).signals().stream().anyMatch(deferred::contains))
        .findFirst()
        .ifPresent(
            code -> {
              throw new ConfigException(
                  "%s %s needs the segments of all samples, and %s scores those of some; leave one of the two out"
                      .formatted(
                          ScoringKeys.FOR.flagOrKey(), code, SelectionKeys.PRUNE.flagOrKey()));
            });
    return Optional.of(new PruneConfig(get(SelectionKeys.PILOT)));
  }

  /** Which samples are rejected as near-duplicates; empty if none are. */
  public Optional<RedundancyConfig> redundancyConfig() {
    return find(SelectionKeys.DEDUP)
        .map(texts -> new RedundancyConfig(texts, get(SelectionKeys.DEDUP_SIMILARITY)));
  }

  /** Of which clusters the best samples go first; empty if it is not asked for. */
  public Optional<DiversityConfig> diversityConfig() {
    return find(SelectionKeys.DIVERSITY)
        .map(clusters -> new DiversityConfig(clusters, get(SelectionKeys.SEED)));
  }

  /** Which samples are rejected as contaminated; empty if none are. */
  public Optional<ContaminationConfig> contaminationConfig() {
    return find(SelectionKeys.EXCLUDE)
        .map(files -> new ContaminationConfig(files, get(SelectionKeys.EXCLUDE_WORDS)));
  }

  private RankConfig rankConfig() {
    return new RankConfig(
        get(SelectionKeys.STRATEGY),
        get(SelectionKeys.ALPHA),
        get(SelectionKeys.IMPORTANCE),
        get(SelectionKeys.DIFFICULTY),
        get(SelectionKeys.NORMALISATION),
        get(SelectionKeys.WINSORISE),
        get(SelectionKeys.MERGE_SEGMENTS),
        get(SelectionKeys.SEED));
  }

  private Budget budget() {
    return Stream.of(
            find(SelectionKeys.PERCENT).<Budget>map(Budget.Percent::new),
            find(SelectionKeys.COUNT).<Budget>map(Budget.Count::new),
            find(SelectionKeys.TOKENS)
                .<Budget>map(
                    tokens ->
                        get(SelectionKeys.FILL)
                            ? new Budget.FilledTokens(tokens)
                            : new Budget.Tokens(tokens)))
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow();
  }

  /** Spark's own settings from the file. */
  public SortedMap<String, String> sparkConf() {
    return Collections.unmodifiableSortedMap(sparkConf);
  }

  /**
   * Every setting that has a value, as text by key, for the manifest; secrets are masked, and what
   * Spark's own {@value #REDACTION} finds.
   *
   * @throws ConfigException if that is no regular expression
   */
  public SortedMap<String, String> effective() {
    SortedMap<String, String> result = new TreeMap<>();
    values.forEach(
        (setting, given) ->
            result.put(setting.key(), Secrets.masked(String.join(", ", given.texts()))));
    Optional<Pattern> redacted = redacted();
    sparkConf.forEach(
        (key, value) ->
            result.put(
                SparkKeys.CONF_PREFIX + key,
                redacted.filter(regex -> regex.matcher(key).find()).isPresent()
                    ? Secrets.MASK
                    : Secrets.maskedSetting(key, value)));
    return Collections.unmodifiableSortedMap(result);
  }

  private Optional<Pattern> redacted() {
    try {
      return Optional.ofNullable(sparkConf.get(REDACTION)).map(Pattern::compile);
    } catch (PatternSyntaxException e) {
      throw new ConfigException(
          "%s is no regular expression: %s".formatted(REDACTION, e.getDescription()), e);
    }
  }
}
