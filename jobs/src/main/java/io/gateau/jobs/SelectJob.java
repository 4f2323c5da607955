package io.gateau.jobs;

import io.gateau.jobs.console.Summary;
import io.gateau.jobs.settings.InputOutputKeys;
import io.gateau.jobs.settings.Section;
import io.gateau.jobs.settings.Settings;
import io.gateau.jobs.step.SelectStep;
import io.gateau.pipeline.SelectSamples;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/** Ranks and selects from stored signals, without inference: {@code gateau select}. */
@Command(
    name = "select",
    header = "Rank samples that are scored already and select: the half that takes seconds.",
    description = {
      "",
      "Input, models and scoring settings are those of the earlier `gateau score` or `gateau run`"
          + " with the same --output: its manifest.json names them. --input is needed only if the"
          + " samples have moved. A run that was stopped half-way can be selected from, too: samples"
          + " that are not scored yet are rejected as not-scored.",
    },
    customSynopsis = "gateau select --output DIR [OPTIONS]",
    footer = {
      "",
      "Examples:",
      "  gateau select --output out/first --percent 10",
      "  gateau select --output out/first --strategy perplexity --count 500 --per source",
      "  gateau select --output out/first --alpha 0.7 --name alpha-0.7",
      "  gateau select --output out/first --alpha 0.7 --input /new/place/samples.jsonl",
      "  gateau select --output out/tuesday --fitted out/monday --percent 10",
    })
public final class SelectJob extends Job {
  public static void main(String[] args) {
    Job.main(new SelectJob(), args);
  }

  @Override
  public List<Section> sections() {
    return List.of(
        Section.INPUT,
        Section.OUTPUT,
        Section.SELECTION,
        Section.CANDIDATES,
        Section.SELECTED,
        Section.SPARK);
  }

  @Override
  Work plan(Settings settings) {
    settings.require(InputOutputKeys.OUTPUT);
    Optional<List<String>> moved = settings.flag(InputOutputKeys.INPUT);
    String output = settings.get(InputOutputKeys.OUTPUT);
    SelectStep selection = SelectStep.of(settings, output);
    return new Work(
        checks -> {
          checks.scored(output);
          checks.output(output);
          selection.check(checks);
        },
        spark -> {
          Summary.Clock clock = Summary.Clock.started();
          SelectSamples.Result result = selection.execute(spark, moved);
          return new Summary(
              result.counts().rowsIn(),
              result.counts().rejected(),
              result.counts().rejectedByReason(),
              Optional.empty(),
              Optional.of(Summary.Selection.of(result, selection.select())),
              clock.elapsed(),
              selection.place());
        });
  }

  @Override
  String afterInterruption(Settings settings) {
    return ("Interrupted before the selection was complete. The scores in %s stay; the same command"
            + " again selects anew.")
        .formatted(settings.get(InputOutputKeys.OUTPUT));
  }
}
