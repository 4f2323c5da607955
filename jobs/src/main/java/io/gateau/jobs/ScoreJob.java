package io.gateau.jobs;

import io.gateau.jobs.console.Summary;
import io.gateau.jobs.settings.InputOutputKeys;
import io.gateau.jobs.settings.Section;
import io.gateau.jobs.settings.Settings;
import io.gateau.jobs.step.ScoreStep;
import io.gateau.pipeline.ScoreSamples;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Scores samples and stores their signals: {@code gateau score}. */
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
  @Option(names = "--dry-run", description = EstimateStep.DRY_RUN)
  private boolean dryRun;

  public static void main(String[] args) {
    Job.main(new ScoreJob(), args);
  }

  @Override
  public List<Section> sections() {
    return List.of(
        Section.INPUT,
        Section.READING,
        Section.OUTPUT,
        Section.MODELS,
        Section.SCORING,
        Section.SPARK);
  }

  @Override
  Work plan(Settings settings) {
    if (dryRun) {
      return EstimateStep.of(settings, EstimateStep.Options.DEFAULT).work();
    }
    ScoreStep scoring = ScoreStep.of(settings);
    return new Work(
        scoring::check,
        spark -> {
          Summary.Clock clock = Summary.Clock.started();
          ScoreSamples.Result scored = scoring.execute(spark);
          return new Summary(
              scored.rowsIn(),
              scored.rejected(),
              Map.of(),
              Optional.of(Summary.Scoring.of(scored)),
              Optional.empty(),
              clock.elapsed(),
              scoring.output());
        });
  }

  @Override
  String afterInterruption(Settings settings) {
    return dryRun
        ? EstimateStep.AFTER_INTERRUPTION
        : ScoreStep.afterInterruption(settings.get(InputOutputKeys.OUTPUT));
  }
}
