package io.gateau.jobs;

import io.gateau.jobs.console.Summary;
import io.gateau.jobs.settings.ConfigException;
import io.gateau.jobs.settings.InputOutputKeys;
import io.gateau.jobs.settings.Section;
import io.gateau.jobs.settings.Settings;
import io.gateau.pipeline.EffectiveConfig;
import io.gateau.pipeline.SelectSamples;
import io.gateau.pipeline.rank.SelectConfig;
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
          + " samples have moved.",
    },
    customSynopsis = "gateau select --output DIR [OPTIONS]",
    footer = {
      "",
      "Examples:",
      "  gateau select --output out/first --percent 10",
      "  gateau select --output out/first --strategy perplexity --count 500 --per source",
      "  gateau select --output out/first --alpha 0.7 --input /new/place/samples.jsonl",
    })
public final class SelectJob extends Job {
  public static void main(String[] args) {
    Job.main(new SelectJob(), args);
  }

  @Override
  public List<Section> sections() {
    return List.of(Section.INPUT_AND_OUTPUT, Section.SELECTION, Section.SPARK);
  }

  @Override
  Work plan(Settings settings) {
    settings.require(InputOutputKeys.OUTPUT);
    if (settings.flag(InputOutputKeys.INSTRUCTION).isPresent()) {
      throw new ConfigException(
          ("how chats are split was settled when they were scored, so %s has no place here; give it"
                  + " to gateau run or gateau score, which score anew what it changes")
              .formatted(InputOutputKeys.INSTRUCTION.flagOrKey()));
    }
    Optional<List<String>> moved = settings.find(InputOutputKeys.INPUT);
    SelectConfig select = settings.selectConfig();
    String output = settings.get(InputOutputKeys.OUTPUT);
    EffectiveConfig given = new EffectiveConfig(settings.effective());
    return spark -> {
      Summary.Clock clock = Summary.Clock.started();
      SelectSamples action =
          SelectSamples.on(spark).output(output).config(select).effectiveConfig(given);
      moved.ifPresent(action::input);
      SelectSamples.Result result = action.execute();
      return new Summary(
          result.rowsIn(),
          result.rejected(),
          result.rejectedByReason(),
          Optional.empty(),
          Optional.of(Summary.Selection.of(result)),
          clock.elapsed(),
          output);
    };
  }

  @Override
  String afterInterruption(Settings settings) {
    return ("Interrupted before the selection was complete. The scores in %s stay; the same command"
            + " again selects anew.")
        .formatted(settings.get(InputOutputKeys.OUTPUT));
  }
}
