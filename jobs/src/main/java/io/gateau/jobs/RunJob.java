package io.gateau.jobs;

import io.gateau.jobs.console.Summary;
import io.gateau.jobs.settings.InputOutputKeys;
import io.gateau.jobs.settings.Section;
import io.gateau.jobs.settings.Settings;
import io.gateau.jobs.step.ScoreStep;
import io.gateau.jobs.step.SelectStep;
import io.gateau.pipeline.ScoreSamples;
import io.gateau.pipeline.SelectSamples;
import io.gateau.pipeline.prune.PruneConfig;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Scores and selects: {@code gateau run}. */
@Command(
    name = "run",
    header = "Score samples with two models, rank them and select: the whole job.",
    description = {
      "",
      "Scored samples are stored as they are finished. The same command again scores only what is"
          + " missing, so that a run that was stopped continues, and a run with another selection"
          + " takes seconds.",
    },
    customSynopsis =
        "gateau run --input PATH... --short-model DIR --long-model DIR --output DIR [OPTIONS]",
    footer = {
      "",
      "Examples:",
      "  gateau run --input samples.jsonl --short-model models/4k --long-model models/64k \\",
      "      --percent 30 --output out/first",
      "  gateau run --input 'data/*.jsonl' --short-model models/4k --long-model models/4k \\",
      "      --long-rope-theta 40000 --max-tokens 16384 --tokens 20000000 --output out/budget",
      "  gateau run --input samples.jsonl --short-model models/4k --long-model models/64k \\",
      "      --percent 10 --prune --output out/pruned",
      "  gateau run --config conf/first-run.yaml --master 'local[4]'",
    })
public final class RunJob extends Job {
  @Option(names = "--dry-run", description = EstimateStep.DRY_RUN)
  private boolean dryRun;

  public static void main(String[] args) {
    Job.main(new RunJob(), args);
  }

  @Override
  public List<Section> sections() {
    return List.of(Section.values());
  }

  @Override
  Work plan(Settings settings) {
    if (dryRun) {
      return EstimateStep.of(settings, EstimateStep.Options.DEFAULT).work();
    }
    ScoreStep scoring = ScoreStep.of(settings);
    SelectStep selection = SelectStep.of(settings, scoring.output());
    selection.requireSignals(scoring.score().signals());
    Optional<PruneConfig> prune = settings.pruneConfig();
    prune.ifPresent(any -> selection.requireOneCut());
    return new Work(
        checks -> {
          scoring.check(checks);
          selection.check(checks);
        },
        spark -> {
          Summary.Clock clock = Summary.Clock.started();
          selection.requireSignals(spark, scoring.score().signals());
          selection.requireTable(spark);
          ScoreSamples.Result scored =
              prune.isPresent()
                  ? scoring.execute(spark, prune.get(), selection.select())
                  : scoring.execute(spark);
          SelectSamples.Result selected = selection.execute(spark, Optional.empty());
          return new Summary(
              selected.counts().rowsIn(),
              selected.counts().rejected(),
              selected.counts().rejectedByReason(),
              Optional.of(Summary.Scoring.of(scored)),
              Optional.of(Summary.Selection.of(selected, selection.select())),
              clock.elapsed(),
              selection.place());
        });
  }

  @Override
  String afterInterruption(Settings settings) {
    return dryRun
        ? EstimateStep.AFTER_INTERRUPTION
        : ScoreStep.afterInterruption(settings.get(InputOutputKeys.OUTPUT));
  }
}
