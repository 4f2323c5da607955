package io.gateau.jobs;

import io.gateau.jobs.console.ConsoleProgress;
import io.gateau.jobs.console.Summary;
import io.gateau.jobs.settings.Keys;
import io.gateau.jobs.settings.Section;
import io.gateau.jobs.settings.Settings;
import io.gateau.pipeline.EffectiveConfig;
import io.gateau.pipeline.ScoreConfig;
import io.gateau.pipeline.ScoreSamples;
import io.gateau.pipeline.read.record.ReadConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;

/** The first half, all the inference: {@code gateau score}. */
@Command(
    name = "score",
    header = "Score samples with two models and store the signals: the half that takes long.",
    description = {
      "",
      "Scored samples are stored as they are finished; the same command again scores only what is"
          + " missing. `gateau select` with the same --output does the rest.",
    },
    customSynopsis =
        "gateau score --input PATH... --short-model DIR --long-model DIR --output DIR [OPTIONS]",
    footer = {
      "",
      "Examples:",
      "  gateau score --input samples.jsonl --short-model models/4k --long-model models/64k \\",
      "      --output out/first",
      "  spark-submit --class io.gateau.jobs.ScoreJob gateau.jar --input s3a://bucket/data \\",
      "      --short-model /models/4k --long-model /models/64k --output s3a://bucket/out",
    })
public final class ScoreJob extends Job {
  public static void main(String[] args) {
    Job.main(new ScoreJob(), args);
  }

  @Override
  List<Section> sections() {
    return List.of(Section.INPUT_AND_OUTPUT, Section.MODELS, Section.SCORING, Section.SPARK);
  }

  @Override
  Work plan(Settings settings) {
    settings.require(Keys.INPUT, Keys.OUTPUT, Keys.SHORT_MODEL, Keys.LONG_MODEL);
    ReadConfig read = settings.readConfig();
    ScoreConfig score = settings.scoreConfig();
    String output = settings.get(Keys.OUTPUT);
    EffectiveConfig given = new EffectiveConfig(settings.effective());
    return spark -> {
      Summary.Clock clock = Summary.Clock.started();
      ScoreSamples.Result scored =
          ScoreSamples.on(spark)
              .input(read)
              .config(score)
              .output(output)
              .effectiveConfig(given)
              .progress(ConsoleProgress.onStandardError())
              .execute();
      return new Summary(
          scored.rowsIn(),
          scored.rejected(),
          Map.of(),
          scoring(scored),
          Optional.empty(),
          clock.elapsed(),
          output);
    };
  }

  static Optional<Summary.Scoring> scoring(ScoreSamples.Result result) {
    return Optional.of(
        new Summary.Scoring(
            result.scored(), result.stored(), result.sequencesScored(), result.tokensScored()));
  }

  @Override
  String afterInterruption(Settings settings) {
    return whatStays(settings);
  }

  static String whatStays(Settings settings) {
    return "Interrupted. What was scored stays in "
        + settings.get(Keys.OUTPUT)
        + "; the same command again continues from there.";
  }
}
