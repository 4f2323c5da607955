package io.gateau.pipeline.compare;

import io.gateau.math.ContextualAwareness.Importance;
import io.gateau.pipeline.rank.Budget;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.RankConfig.Difficulty;
import io.gateau.pipeline.rank.strategy.RankConfig.Normalisation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The values that a selection is varied over; an empty list leaves a setting as it is.
 *
 * @param alphas weights of homologous guidance, each in [0, 1]
 * @param percents budgets, each in [0, 100]
 * @param importances of a segment
 * @param difficulties what homologous guidance compares
 * @param normalisations how numbers are brought to one scale
 * @param merges neighbouring segments that count as one in contextual awareness, each at least 1
 */
public record Sweep(
    List<Double> alphas,
    List<Double> percents,
    List<Importance> importances,
    List<Difficulty> difficulties,
    List<Normalisation> normalisations,
    List<Integer> merges) {
  /** Name of the selection that nothing is varied in. */
  public static final String BASE = "as set";

  /** Copies the lists. */
  public Sweep {
    alphas = List.copyOf(alphas);
    percents = List.copyOf(percents);
    importances = List.copyOf(importances);
    difficulties = List.copyOf(difficulties);
    normalisations = List.copyOf(normalisations);
    merges = List.copyOf(merges);
  }

  /**
   * The base, and then one selection for each combination of the values.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public List<Candidate> candidates(SelectConfig base) {
    List<Candidate> all = new ArrayList<>();
    all.add(new Candidate(BASE, base));
    RankConfig rank = base.rank();
    for (Normalisation normalisation : or(normalisations, rank.normalisation())) {
      for (Difficulty difficulty : or(difficulties, rank.difficulty())) {
        for (Importance importance : or(importances, rank.importance())) {
          RankConfig form =
              new RankConfig(
                  rank.strategy(),
                  rank.alpha(),
                  importance,
                  difficulty,
                  normalisation,
                  rank.winsorise(),
                  rank.mergeSegments(),
                  rank.seed());
          all.addAll(ofForm(form, base));
        }
      }
    }
    return all;
  }

  /** One form with each merge, weight and budget; none if nothing is varied. */
  private List<Candidate> ofForm(RankConfig form, SelectConfig base) {
    List<Candidate> all = new ArrayList<>();
    for (int members : or(merges, form.mergeSegments())) {
      for (double alpha : or(alphas, form.alpha())) {
        RankConfig varied = form.withMergeSegments(members).withAlpha(alpha);
        for (Budget budget : budgets(base.budget())) {
          String name = name(varied, budget);
          if (!name.isEmpty()) {
            all.add(new Candidate(name, base.withRank(varied).withBudget(budget)));
          }
        }
      }
    }
    return all;
  }

  private List<Budget> budgets(Budget base) {
    return percents.isEmpty()
        ? List.of(base)
        : percents.stream().map(percent -> (Budget) new Budget.Percent(percent)).toList();
  }

  private static <T> List<T> or(List<T> values, T base) {
    return values.isEmpty() ? List.of(base) : values;
  }

  /** What is varied. */
  private String name(RankConfig rank, Budget budget) {
    return Stream.of(
            part(normalisations, code(rank.normalisation())),
            part(difficulties, code(rank.difficulty())),
            part(importances, code(rank.importance())),
            part(merges, "merged " + rank.mergeSegments()),
            part(alphas, "alpha " + plain(rank.alpha())),
            part(
                percents,
                budget instanceof Budget.Percent share ? plain(share.percent()) + " %" : ""))
        .flatMap(Optional::stream)
        .collect(Collectors.joining(", "));
  }

  private static Optional<String> part(List<?> varied, String text) {
    return varied.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static String code(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }
}
