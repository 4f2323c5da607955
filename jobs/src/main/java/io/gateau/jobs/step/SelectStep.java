package io.gateau.jobs.step;

import io.gateau.jobs.settings.ConfigException;
import io.gateau.jobs.settings.SelectionKeys;
import io.gateau.jobs.settings.Setting;
import io.gateau.jobs.settings.Settings;
import io.gateau.jobs.start.StartChecks;
import io.gateau.pipeline.EffectiveConfig;
import io.gateau.pipeline.OutputFolder;
import io.gateau.pipeline.SelectSamples;
import io.gateau.pipeline.SelectedFormat;
import io.gateau.pipeline.contamination.ContaminationConfig;
import io.gateau.pipeline.diversity.DiversityConfig;
import io.gateau.pipeline.rank.Budget;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.SelectConfig.Scope;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.redundancy.RedundancyConfig;
import io.gateau.pipeline.selected.SelectedTable;
import io.gateau.score.ModelSignal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * The selection of the commands select and run.
 *
 * @param select how samples are ranked and how many are selected
 * @param contamination which samples are rejected for what they share with evaluation sets
 * @param redundancy which samples are rejected as near-duplicates
 * @param diversity of which clusters the best samples go first
 * @param name of the selection, or {@link OutputFolder#UNNAMED}
 * @param fitted folder whose ranking is used in place of a new one
 * @param format what the table of the selected samples is written as
 * @param table what else gets the selected rows
 * @param output folder of the signals
 * @param effectiveConfig the settings in force, for the manifest
 */
public record SelectStep(
    SelectConfig select,
    Optional<ContaminationConfig> contamination,
    Optional<RedundancyConfig> redundancy,
    Optional<DiversityConfig> diversity,
    String name,
    Optional<String> fitted,
    SelectedFormat format,
    Optional<SelectedTable> table,
    String output,
    EffectiveConfig effectiveConfig) {

  /**
   * The step that settings ask for.
   *
   * @throws ConfigException if a setting of the ranking is given beside a fitted one, or one that
   *     says nothing alone: the format of a table without its name, the similarity of no texts, the
   *     words of no evaluation set
   */
  public static SelectStep of(Settings settings, String output) {
    Optional<String> fitted = settings.find(SelectionKeys.FITTED);
    List<String> given =
        SelectionKeys.RANKING.stream()
            .filter(setting -> settings.flag(setting).isPresent())
            .map(Setting::flagOrKey)
            .toList();
    if (fitted.isPresent() && !given.isEmpty()) {
      throw new ConfigException(
          "%s cannot go with --fitted, which ranks by the settings and scales of %s; leave one of them out"
              .formatted(String.join(" and ", given), fitted.get()));
    }
    requireBeside(settings, SelectionKeys.DEDUP_SIMILARITY, SelectionKeys.DEDUP);
    requireBeside(settings, SelectionKeys.EXCLUDE_WORDS, SelectionKeys.EXCLUDE);
    if (settings.flag(SelectionKeys.PILOT).isPresent() && !settings.get(SelectionKeys.PRUNE)) {
      throw new ConfigException(
          "%s says nothing without %s; give both, or leave it out"
              .formatted(SelectionKeys.PILOT.flagOrKey(), SelectionKeys.PRUNE.flagOrKey()));
    }
    return new SelectStep(
        settings.selectConfig(),
        settings.contaminationConfig(),
        settings.redundancyConfig(),
        settings.diversityConfig(),
        settings.find(SelectionKeys.NAME).orElse(OutputFolder.UNNAMED),
        fitted,
        settings.get(SelectionKeys.FORMAT),
        table(settings),
        output,
        new EffectiveConfig(settings.effective()));
  }

  /** A flag that says nothing alone is an error without the setting that it belongs to. */
  private static void requireBeside(Settings settings, Setting<?> flag, Setting<?> other) {
    if (settings.flag(flag).isPresent() && settings.find(other).isEmpty()) {
      throw new ConfigException(
          "%s says nothing without %s; give both, or leave it out"
              .formatted(flag.flagOrKey(), other.flagOrKey()));
    }
  }

  private static Optional<SelectedTable> table(Settings settings) {
    Optional<String> format = settings.find(SelectionKeys.TABLE_FORMAT);
    Optional<String> name = settings.find(SelectionKeys.TABLE);
    if (format.isPresent() && name.isEmpty()) {
      throw new ConfigException(
          "%s %s says nothing without %s; name the table too, or use %s for the files of selected/"
              .formatted(
                  SelectionKeys.TABLE_FORMAT.flagOrKey(),
                  format.get(),
                  SelectionKeys.TABLE.flagOrKey(),
                  SelectionKeys.FORMAT.flagOrKey()));
    }
    return name.map(table -> new SelectedTable(table, format));
  }

  /**
   * Checks, before Spark starts, that what will be scored is enough to select by, unless a fitted
   * ranking decides.
   *
   * @throws ConfigException if it is not
   */
  public void requireSignals(List<ModelSignal> scored) {
    if (fitted.isEmpty()) {
      requireSignals(select.rank().strategy(), scored);
    }
  }

  /**
   * Checks, before Spark starts, that the selection is one cut by the score, so that samples can be
   * pruned.
   *
   * @throws ConfigException if it is not
   */
  public void requireOneCut() {
    List<String> others =
        Stream.of(
                contamination.map(any -> SelectionKeys.EXCLUDE),
                redundancy.map(any -> SelectionKeys.DEDUP),
                diversity.map(any -> SelectionKeys.DIVERSITY),
                fitted.map(any -> SelectionKeys.FITTED),
                Optional.of(SelectionKeys.PER).filter(any -> select.scope() != Scope.ALL),
                Optional.of(SelectionKeys.FILL)
                    .filter(any -> select.budget() instanceof Budget.FilledTokens),
                Optional.of(SelectionKeys.LEAST_SHARE).filter(any -> select.shares().least() > 0),
                Optional.of(SelectionKeys.GREATEST_SHARE)
                    .filter(any -> select.shares().greatest() < 1))
            .<Setting<?>>flatMap(Optional::stream)
            .map(Setting::flagOrKey)
            .toList();
    if (!others.isEmpty()) {
      throw new ConfigException(
          "%s needs the signals of all samples, and %s scores what one cut by the score needs; leave one of them out"
              .formatted(String.join(" and ", others), SelectionKeys.PRUNE.flagOrKey()));
    }
  }

  /** What can be found wrong with a fitted ranking and evaluation sets before Spark starts. */
  public void check(StartChecks checks) {
    contamination.ifPresent(checks::evaluationSets);
    fitted.ifPresent(checks::fitted);
  }

  /**
   * Checks, before anything is scored, that what will be scored is enough for the fitted ranking,
   * if there is one.
   *
   * @throws ConfigException if it is not
   * @throws io.gateau.pipeline.read.file.InputException if there is no such ranking
   */
  public void requireSignals(SparkSession spark, List<ModelSignal> scored) {
    fitted.ifPresent(
        folder -> requireSignals(SelectSamples.fittedRank(spark, folder).strategy(), scored));
  }

  /**
   * Checks, before anything is scored, that the table can be written.
   *
   * @throws io.gateau.pipeline.read.file.InputException if it cannot
   */
  public void requireTable(SparkSession spark) {
    table.ifPresent(wanted -> wanted.requireReplaceable(spark));
  }

  private static void requireSignals(String strategy, List<ModelSignal> scored) {
    if (!scored.containsAll(Strategies.of(strategy).signals())) {
      throw new ConfigException(
          "the selection is by %s, whose signals are not all scored for; add %s to --for"
              .formatted(strategy, strategy));
    }
  }

  /** Ranks and selects what is scored in the output folder. */
  public SelectSamples.Result execute(SparkSession spark, Optional<List<String>> movedInput) {
    SelectSamples action =
        SelectSamples.on(spark)
            .output(output)
            .name(name)
            .config(select)
            .format(format)
            .effectiveConfig(effectiveConfig);
    contamination.ifPresent(action::contamination);
    redundancy.ifPresent(action::redundancy);
    diversity.ifPresent(action::diversity);
    fitted.ifPresent(action::fitted);
    table.ifPresent(action::table);
    movedInput.ifPresent(action::input);
    return action.execute();
  }

  /** Where the tables of the selection are. */
  public String place() {
    return name.equals(OutputFolder.UNNAMED) ? output : "%s/selections/%s".formatted(output, name);
  }
}
