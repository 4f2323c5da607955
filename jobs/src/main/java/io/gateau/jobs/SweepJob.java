package io.gateau.jobs;

import io.gateau.jobs.console.ComparisonTable;
import io.gateau.jobs.settings.ConfigException;
import io.gateau.jobs.settings.Parsers;
import io.gateau.jobs.settings.Section;
import io.gateau.jobs.settings.Settings;
import io.gateau.jobs.step.ComparisonFlags;
import io.gateau.math.ContextualAwareness.Importance;
import io.gateau.pipeline.compare.Candidate;
import io.gateau.pipeline.compare.Sweep;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.strategy.RankConfig.Difficulty;
import io.gateau.pipeline.rank.strategy.RankConfig.Normalisation;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows how a selection changes with its settings: {@code gateau sweep}. */
@Command(
    name = "sweep",
    header = "Vary alpha, budget and form of the score, and see what changes. Runs no model.",
    description = {
      "",
      "Selects once by the settings in force, then once for each combination of the values below, and"
          + " says how much of the first selection each keeps. Settings that are not varied stay as"
          + " they are.",
    },
    customSynopsis = "gateau sweep --scored DIR [--alphas A,B] [--percents P,Q] [OPTIONS]",
    footer = {
      "",
      "Examples:",
      "  gateau sweep --scored out/first --alphas 0.5,0.7,0.8,0.9,1",
      "  gateau sweep --scored out/first --percents 10,30,50 --importances perplexity,inverse",
      "  gateau sweep --scored out/first --merges 1,2,4,8",
      "  gateau sweep --scored out/planted --normalisations min-max,rank --truth kind",
    })
public final class SweepJob extends Job {
  /** Each combination is ranked, and its ranks are kept until all are compared. */
  private static final int MOST = 100;

  @Option(
      names = "--alphas",
      paramLabel = "A",
      split = ",",
      description = "Weights of homologous guidance, each from 0 to 1.",
      order = 1)
  private List<Double> alphas = List.of();

  @Option(
      names = "--percents",
      paramLabel = "P",
      split = ",",
      description = "Budgets in per cent, each from 0 to 100.",
      order = 2)
  private List<Double> percents = List.of();

  @Option(
      names = "--importances",
      paramLabel = "KIND",
      split = ",",
      description = "Importances of a segment: perplexity, inverse.",
      order = 3)
  private List<String> importances = List.of();

  @Option(
      names = "--difficulties",
      paramLabel = "KIND",
      split = ",",
      description = "What homologous guidance compares: nll, perplexity.",
      order = 4)
  private List<String> difficulties = List.of();

  @Option(
      names = "--normalisations",
      paramLabel = "KIND",
      split = ",",
      description = "How numbers are brought to one scale: min-max, z-score, rank, gateau-scripts.",
      order = 5)
  private List<String> normalisations = List.of();

  @Option(
      names = "--merges",
      paramLabel = "K",
      split = ",",
      description = "Neighbouring segments that count as one, each at least 1.",
      order = 6)
  private List<Integer> merges = List.of();

  @Mixin private ComparisonFlags comparison;

  public static void main(String[] args) {
    Job.main(new SweepJob(), args);
  }

  @Override
  public List<Section> sections() {
    return List.of(Section.SELECTION, Section.SPARK);
  }

  @Override
  Work plan(Settings settings) {
    comparison.check();
    List<Candidate> candidates = candidates(settings.selectConfig());
    return new Work(
        checks -> checks.scored(comparison.scored()),
        spark -> comparison.compare(spark, candidates, ComparisonTable::sweep));
  }

  private List<Candidate> candidates(SelectConfig base) {
    try {
      List<Candidate> candidates =
          new Sweep(
                  alphas,
                  percents,
                  constants(Importance.class, "--importances", importances),
                  constants(Difficulty.class, "--difficulties", difficulties),
                  constants(Normalisation.class, "--normalisations", normalisations),
                  merges)
              .candidates(base);
      if (candidates.size() == 1) {
        throw new ConfigException(
            "nothing is varied; give --alphas, --percents, --importances, --difficulties, --normalisations or --merges");
      }
      if (candidates.size() > MOST) {
        throw new ConfigException(
            "%d combinations are more than %d; vary less at once"
                .formatted(candidates.size(), MOST));
      }
      return candidates;
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
  }

  private static <E extends Enum<E>> List<E> constants(
      Class<E> type, String flag, List<String> codes) {
    return codes.stream().map(code -> Parsers.constant(type, flag, code)).toList();
  }

  @Override
  String afterInterruption(Settings settings) {
    return "Interrupted. Nothing was changed in %s.".formatted(comparison.scored());
  }
}
