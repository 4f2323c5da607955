package io.gateau.jobs;

import io.gateau.jobs.console.EvaluationTable;
import io.gateau.jobs.console.Report;
import io.gateau.jobs.json.EvaluationFile;
import io.gateau.jobs.settings.ConfigException;
import io.gateau.jobs.settings.Section;
import io.gateau.jobs.settings.Settings;
import io.gateau.jobs.step.ComparisonFlags;
import io.gateau.math.Bootstrap;
import io.gateau.pipeline.evaluate.EvaluateSelection;
import io.gateau.pipeline.evaluate.Study;
import io.gateau.pipeline.evaluate.Truth;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.Strategy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures selections against a known truth: {@code gateau evaluate}. */
@Command(
    name = "evaluate",
    header =
        "Measure how well each strategy finds the samples that it should: needs a known truth.",
    description = {
      "",
      "For a folder that `gateau score` or `gateau run` has filled from an input whose records name"
          + " their kind, such as those of `gateau generate`. Reads stored signals only. Every number"
          + " comes with its 95 per cent bootstrap interval."
    },
    customSynopsis = "gateau evaluate --scored DIR [--truth FIELD] [OPTIONS]",
    footer = {
      "",
      "Examples:",
      "  gateau evaluate --scored out/planted --json planted.json",
      "  gateau evaluate --scored out/planted --study",
    })
public final class EvaluateJob extends Job {
  @Option(
      names = "--scored",
      paramLabel = "DIR",
      required = true,
      description = "Output folder of the run or score command.",
      order = 0)
  private String scored;

  @Option(
      names = "--truth",
      paramLabel = "FIELD",
      description = "Field of the original records with the kind. Default: ${DEFAULT-VALUE}.",
      order = 1)
  private String field = "kind";

  @Option(
      names = "--wanted",
      paramLabel = "KIND",
      description = "The kind to find. Default: ${DEFAULT-VALUE}.",
      order = 2)
  private String wanted = "long-range";

  @Option(
      names = "--noise",
      paramLabel = "KIND",
      description = "The kind that is never worth keeping. Default: ${DEFAULT-VALUE}.",
      order = 3)
  private String noise = "noise";

  @Option(
      names = "--study",
      description =
          "Instead of the strategies, compare the forms of the score: alpha 0 to 1, importance,"
              + " difficulty and normalisation. Takes minutes.",
      order = 4)
  private boolean study;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the numbers to this file too.",
      order = 5)
  private Optional<Path> json = Optional.empty();

  @Option(
      names = "--resamples",
      paramLabel = "N",
      description = "Data sets drawn for the intervals. Default: ${DEFAULT-VALUE}.",
      order = 6)
  private int resamples = 1000;

  public static void main(String[] args) {
    Job.main(new EvaluateJob(), args);
  }

  @Override
  public List<Section> sections() {
    return List.of(Section.SELECTION, Section.SPARK);
  }

  @Override
  Work plan(Settings settings) {
    RankConfig form = settings.selectConfig().rank();
    Truth truth;
    Bootstrap bootstrap;
    try {
      truth = new Truth(field, wanted, noise);
      bootstrap = new Bootstrap(resamples, 0.95, form.seed());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
    return new Work(
        checks -> checks.scored(scored),
        spark -> study ? studied(spark, truth) : compared(spark, truth, bootstrap, form));
  }

  private Report compared(SparkSession spark, Truth truth, Bootstrap bootstrap, RankConfig form) {
    EvaluateSelection.Result result =
        EvaluateSelection.on(spark)
            .output(scored)
            .truth(truth)
            .bootstrap(bootstrap)
            .configs(
                ComparisonFlags.stored(spark, scored).stream()
                    .map(Strategy::code)
                    .map(form::withStrategy)
                    .toList())
            .execute();
    json.ifPresent(file -> EvaluationFile.write(file, scored, truth, result));
    return out -> EvaluationTable.strategies(truth, result).forEach(out::println);
  }

  private Report studied(SparkSession spark, Truth truth) {
    EvaluateSelection.Result result =
        EvaluateSelection.on(spark)
            .output(scored)
            .truth(truth)
            .configs(
                Study.forms().stream()
                    .flatMap(form -> Study.ALPHAS.stream().map(form::with))
                    .toList())
            .execute();
    json.ifPresent(file -> EvaluationFile.write(file, scored, truth, result));
    return out -> EvaluationTable.study(truth, result).forEach(out::println);
  }

  @Override
  String afterInterruption(Settings settings) {
    return "Interrupted. Nothing was changed in %s.".formatted(scored);
  }
}
