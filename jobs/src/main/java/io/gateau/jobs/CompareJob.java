package io.gateau.jobs;

import io.gateau.jobs.console.ComparisonTable;
import io.gateau.jobs.console.Report;
import io.gateau.jobs.settings.ConfigException;
import io.gateau.jobs.settings.Section;
import io.gateau.jobs.settings.SelectionKeys;
import io.gateau.jobs.settings.Settings;
import io.gateau.jobs.step.ComparisonFlags;
import io.gateau.pipeline.compare.Candidate;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.rank.strategy.Strategy;
import java.util.List;
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
      names = "--strategies",
      paramLabel = "NAME",
      split = ",",
      description = "What to compare. Default: every strategy whose signals are stored.",
      order = 1)
  private List<String> strategies = List.of();

  @Mixin private ComparisonFlags comparison;

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
    comparison.check();
    strategies.forEach(ComparisonFlags::requireStrategy);
    return new Work(checks -> checks.scored(comparison.scored()), spark -> compared(spark, select));
  }

  private Report compared(SparkSession spark, SelectConfig select) {
    List<String> codes =
        strategies.isEmpty()
            ? ComparisonFlags.stored(spark, comparison.scored()).stream()
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
    return comparison.compare(spark, candidates, ComparisonTable::strategies);
  }

  @Override
  String afterInterruption(Settings settings) {
    return "Interrupted. Nothing was changed in %s.".formatted(comparison.scored());
  }
}
