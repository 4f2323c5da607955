package io.gateau.jobs;

import io.gateau.jobs.console.ComparisonTable;
import io.gateau.jobs.console.Report;
import io.gateau.jobs.json.ComparisonFile;
import io.gateau.jobs.settings.ConfigException;
import io.gateau.jobs.settings.Section;
import io.gateau.jobs.settings.SelectionKeys;
import io.gateau.jobs.settings.Settings;
import io.gateau.jobs.step.TruthFlags;
import io.gateau.pipeline.OutputFolder;
import io.gateau.pipeline.RunManifest;
import io.gateau.pipeline.StoredSignals;
import io.gateau.pipeline.compare.Candidate;
import io.gateau.pipeline.compare.CompareSelections;
import io.gateau.pipeline.compare.Comparison;
import io.gateau.pipeline.evaluate.EvaluateSelection;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.rank.strategy.Strategy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what several strategies select of one scored folder: {@code gateau compare}. */
@Command(
    name = "compare",
    header =
        "Compare what several strategies select: overlap, lengths, sources, cost. Runs no model.",
    description = {
      "",
      "For a folder that `gateau score` or `gateau run` has filled. Every strategy selects as much as"
          + " the budget says, of the samples that have the signals of all of them. With --truth,"
          + " also how well each finds the wanted kind.",
    },
    customSynopsis = "gateau compare --scored DIR [--strategies A,B] [OPTIONS]",
    footer = {
      "",
      "Examples:",
      "  gateau compare --scored out/first",
      "  gateau compare --scored out/first --strategies gateau,hmg,ifd,random --percent 10",
      "  gateau compare --scored out/planted --truth kind --json comparison.json",
    })
public final class CompareJob extends Job {
  @Option(
      names = "--scored",
      paramLabel = "DIR",
      required = true,
      description = "Output folder of the run or score command.",
      order = 0)
  private String scored;

  @Option(
      names = "--strategies",
      paramLabel = "NAME",
      split = ",",
      description = "What to compare. Default: every strategy whose signals are stored.",
      order = 1)
  private List<String> strategies = List.of();

  @Mixin private TruthFlags truth;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the numbers to this file too.",
      order = 5)
  private Optional<Path> json = Optional.empty();

  public static void main(String[] args) {
    Job.main(new CompareJob(), args);
  }

  @Override
  public List<Section> sections() {
    return List.of(Section.SELECTION, Section.SPARK);
  }

  @Override
  Work plan(Settings settings) {
    SelectConfig select = settings.selectConfig();
    if (settings.flag(SelectionKeys.STRATEGY).isPresent()) {
      throw new ConfigException("--strategy names one; name what to compare with --strategies");
    }
    truth.check();
    strategies.forEach(TruthFlags::requireStrategy);
    return new Work(checks -> checks.scored(scored), spark -> compared(spark, select));
  }

  private Report compared(SparkSession spark, SelectConfig select) {
    List<String> codes =
        strategies.isEmpty()
            ? StoredSignals.strategies(
                    RunManifest.of(OutputFolder.at(spark, scored)).signalConfig())
                .stream()
                .map(Strategy::code)
                .toList()
            : strategies.stream().distinct().toList();
    List<Candidate> candidates =
        codes.stream()
            .map(Strategies::of)
            .map(
                strategy ->
                    new Candidate(
                        strategy.code(),
                        select.withRank(select.rank().withStrategy(strategy.code()))))
            .toList();
    Comparison comparison =
        CompareSelections.on(spark).output(scored).candidates(candidates).execute();
    Optional<EvaluateSelection.Result> evaluation = truth.evaluate(spark, scored, candidates);
    json.ifPresent(file -> ComparisonFile.write(file, scored, comparison, evaluation));
    return out -> ComparisonTable.strategies(comparison, evaluation).forEach(out::println);
  }

  @Override
  String afterInterruption(Settings settings) {
    return "Interrupted. Nothing was changed in %s.".formatted(scored);
  }
}
