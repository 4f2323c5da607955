package io.gateau.jobs.step;

import io.gateau.jobs.console.ConsoleProgress;
import io.gateau.jobs.settings.InputOutputKeys;
import io.gateau.jobs.settings.Setting;
import io.gateau.jobs.settings.Settings;
import io.gateau.jobs.start.StartChecks;
import io.gateau.pipeline.EffectiveConfig;
import io.gateau.pipeline.ScoreConfig;
import io.gateau.pipeline.ScoreSamples;
import io.gateau.pipeline.prune.PruneConfig;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.record.ReadConfig;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * The scoring of the commands score, run and demo.
 *
 * @param read where the samples are and how they are read
 * @param score models, and how samples become sequences
 * @param output folder of the signals
 * @param effectiveConfig the settings in force, for the manifest
 */
public record ScoreStep(
    ReadConfig read, ScoreConfig score, String output, EffectiveConfig effectiveConfig) {

  /**
   * The step that settings ask for.
   *
   * @throws io.gateau.jobs.settings.ConfigException if input, output or a model is missing, or a
   *     value does not fit the others
   */
  public static ScoreStep of(Settings settings) {
    settings.require(
        Stream.concat(
                Stream.of(InputOutputKeys.INPUT, InputOutputKeys.OUTPUT),
                settings.modelsToScore().stream())
            .toArray(Setting[]::new));
    return new ScoreStep(
        settings.readConfig(),
        settings.scoreConfig(),
        settings.get(InputOutputKeys.OUTPUT),
        new EffectiveConfig(settings.effective()));
  }

  /** What can be found wrong before Spark starts: input, models, output. */
  public void check(StartChecks checks) {
    checks.input(read);
    checks.models(score.models().values());
    checks.output(output);
  }

  /** Scores what has no stored signals yet, and shows the progress on standard error. */
  public ScoreSamples.Result execute(SparkSession spark) {
    return action(spark).execute();
  }

  /** The same, but what is deferred only of samples that this selection may select. */
  public ScoreSamples.Result execute(
      SparkSession spark, PruneConfig prune, SelectConfig selection) {
    return action(spark).prune(prune, selection).execute();
  }

  private ScoreSamples action(SparkSession spark) {
    passedOver(SampleReader.passedOver(spark, read)).ifPresent(System.err::println);
    return ScoreSamples.on(spark)
        .input(read)
        .config(score)
        .output(output)
        .effectiveConfig(effectiveConfig)
        .progress(ConsoleProgress.onStandardError());
  }

  /** What to say about files of the input that are not read; empty if there are none. */
  static Optional<String> passedOver(List<String> files) {
    return files.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Files of the input that are not read, because their names have no known extension or they are no regular files: %d, such as %s."
                .formatted(files.size(), files.get(0)));
  }

  /** What to say when Ctrl-C ends the scoring. */
  public static String afterInterruption(String output) {
    return "Interrupted. What was scored by then, if anything, stays in %s; the same command again continues from there."
        .formatted(output);
  }
}
