package io.gateau.jobs;

import io.gateau.chat.InstructionAt;
import io.gateau.jobs.console.Durations;
import io.gateau.jobs.console.Summary;
import io.gateau.jobs.settings.ConfigException;
import io.gateau.jobs.settings.ModelKeys;
import io.gateau.jobs.settings.Parsers;
import io.gateau.jobs.settings.Section;
import io.gateau.jobs.settings.SelectionKeys;
import io.gateau.jobs.settings.Setting;
import io.gateau.jobs.settings.Settings;
import io.gateau.jobs.step.ScoreStep;
import io.gateau.pipeline.EffectiveConfig;
import io.gateau.pipeline.SelectSamples;
import io.gateau.pipeline.evaluate.EvaluateSelection;
import io.gateau.pipeline.evaluate.Truth;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.planted.Kind;
import io.gateau.planted.PlantedConfig;
import io.gateau.planted.PlantedSamples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Scores and selects planted samples with the embedded pair: {@code gateau demo}. */
@Command(
    name = "demo",
    header = "Show the whole job on samples whose answers are known: nothing to give or download.",
    description = {
      "",
      "Writes 100 planted samples, scores them with the small pair of models that is built in,"
          + " selects as many as truly need their long context, and shows which it found. The same"
          + " on every machine; a minute or two."
    },
    customSynopsis = "gateau demo [OPTIONS]",
    footer = {"", "Examples:", "  gateau demo", "  gateau demo --output out/elsewhere"})
public final class DemoJob extends Job {
  private static final long SEED = 7;

  /** Three strategies that the table shows side by side. */
  private static final List<String> COMPARED = List.of("gateau", "perplexity", "random");

  private static final Truth TRUTH = new Truth("kind", Kind.LONG_RANGE.code(), Kind.NOISE.code());

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description =
          "Folder for the samples and all that is made of them. Default: ${DEFAULT-VALUE}.")
  private String output = "out/demo";

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "How many samples. Default: ${DEFAULT-VALUE}.")
  private int samples = 100;

  public static void main(String[] args) {
    Job.main(new DemoJob(), args);
  }

  @Override
  public List<Section> sections() {
    return List.of(Section.SPARK);
  }

  @Override
  Map<Setting<?>, String> defaults() {
    return Map.of(
        ModelKeys.SHORT_MODEL, "embedded:short",
        ModelKeys.LONG_MODEL, "embedded:long",
        ModelKeys.DTYPE, "float32",
        SelectionKeys.PERCENT,
            Parsers.plain(100 * PlantedConfig.DEFAULT.shares().get(Kind.LONG_RANGE)));
  }

  @Override
  Work plan(Settings settings) {
    PlantedSamples planted = planted();
    Path file = Path.of(output, "samples.jsonl");
    ReadConfig read =
        new ReadConfig(
            List.of(file.toString()), InstructionAt.LAST, ReadConfig.DEFAULT_MAX_LINE_BYTES);
    EffectiveConfig given = new EffectiveConfig(settings.effective());
    ScoreStep scoring = new ScoreStep(read, settings.scoreConfig(), output, given);
    SelectConfig select = settings.selectConfig();
    return new Work(
        checks -> checks.output(output),
        spark -> {
          Summary.Clock clock = Summary.Clock.started();
          GenerateCommand.write(planted.stream(), file);
          scoring.execute(spark);
          SelectSamples.on(spark).config(select).output(output).effectiveConfig(given).execute();
          EvaluateSelection.Result found =
              EvaluateSelection.on(spark)
                  .output(output)
                  .truth(TRUTH)
                  .configs(COMPARED.stream().map(select.rank()::withStrategy).toList())
                  .execute();
          return out -> lines(found, output, Durations.text(clock.elapsed())).forEach(out::println);
        });
  }

  private PlantedSamples planted() {
    try {
      return new PlantedSamples(samples, SEED, PlantedConfig.DEFAULT);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
  }

  private static List<String> lines(EvaluateSelection.Result found, String output, String wall) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        "The top %d of %,d by score, and what they truly are:"
            .formatted(found.kinds().get(TRUTH.wanted()), found.rows()));
    lines.add("");
    StringBuilder names = new StringBuilder("  %-12s%9s".formatted("", "planted"));
    found.evaluations().forEach(one -> names.append("%13s".formatted(one.config().strategy())));
    lines.add(names.toString());
    found
        .kinds()
        .forEach(
            (kind, planted) -> {
              StringBuilder line = new StringBuilder("  %-12s%9d".formatted(kind, planted));
              found
                  .evaluations()
                  .forEach(
                      one -> line.append("%13d".formatted(one.found().getOrDefault(kind, 0L))));
              lines.add(line.toString());
            });
    lines.add("");
    lines.add("  only long-range answers need the long context; see docs/planted.md");
    lines.add("");
    lines.add("%-22s %s".formatted("wall time", wall));
    lines.add("%-22s %s".formatted("output", output));
    lines.add("%-22s gateau evaluate --scored %s".formatted("more numbers", output));
    lines.add("%-22s gateau run --help".formatted("your own samples"));
    return lines;
  }

  @Override
  String afterInterruption(Settings settings) {
    return ScoreStep.afterInterruption(output);
  }
}
