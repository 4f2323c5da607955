package io.gateau.jobs.console;

import io.gateau.model.Bytes;
import io.gateau.model.Work;
import io.gateau.pipeline.estimate.ModelPass;
import io.gateau.pipeline.estimate.PassCost;
import io.gateau.pipeline.estimate.ScoringEstimate;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.rank.strategy.Strategy;
import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import io.gateau.score.Pass;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An estimate for people.
 *
 * @param estimate rows, tokens and passes
 * @param signals that are going to be computed
 * @param maxTokens the longest sequence
 * @param models that are given
 * @param memory of each of them
 * @param speed of the devices; empty if it is not known
 */
public record EstimateTable(
    ScoringEstimate estimate,
    List<ModelSignal> signals,
    int maxTokens,
    Set<ModelRole> models,
    List<Memory> memory,
    Optional<Speed> speed)
    implements Report {
  private static final double SECONDS_PER_HOUR = 3600;

  /**
   * What a model needs on its device, in bytes.
   *
   * @param weights of the model, which the tasks of a process share
   * @param activations of one task, in the longest pass
   */
  public record Memory(ModelRole role, String dtype, long weights, long activations) {}

  /**
   * How fast samples are scored.
   *
   * @param flopsPerSecond of one device: a GPU, or all tasks of a session
   * @param devices how many of them score at the same time
   * @param source where the number is from
   * @param price of an hour of one device
   */
  public record Speed(double flopsPerSecond, int devices, String source, OptionalDouble price) {
    /** Hours that the devices need together. */
    public double deviceHours(Work work) {
      return work.flops() / flopsPerSecond / SECONDS_PER_HOUR;
    }

    /** From start to end. */
    public Duration time(Work work) {
      return Duration.ofMillis(Math.round(1000 * SECONDS_PER_HOUR * deviceHours(work) / devices));
    }
  }

  /** Copies the collections. */
  public EstimateTable {
    signals = List.copyOf(signals);
    models = Set.copyOf(models);
    memory = List.copyOf(memory);
  }

  /** All that is going to be computed. */
  public Work work() {
    return estimate.work(signals);
  }

  @Override
  public void print(PrintStream out) {
    lines().forEach(out::println);
    out.flush();
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    rows(lines);
    lines.add("");
    passes(lines);
    lines.add("");
    needs(lines);
    strategies(lines);
    return lines;
  }

  private void rows(List<String> lines) {
    lines.add(line("rows in", number(estimate.rowsIn())));
    lines.add(
        line("  rejected", number(estimate.rejected()) + reasons(estimate.rejectedByReason())));
    lines.add(line("  different texts", number(estimate.texts())));
    lines.add(
        line(
            "tokenized",
            estimate.isExact()
                ? "all of them"
                : "%s of them, which stand for the others"
                    .formatted(number(estimate.tokenized()))));
    ScoringEstimate.Lengths lengths = estimate.lengths();
    lines.add(
        line(
            "tokens of a sample",
            "median %s, nine in ten up to %s, longest %s"
                .formatted(
                    number(lengths.median()), number(lengths.ninth()), number(lengths.longest()))));
    lines.add(
        line(
            "cut to max-tokens",
            "%s (%s are more than %s tokens)"
                .formatted(
                    number(scaled(estimate.cut())),
                    percent(ofTokenized(estimate.cut())),
                    number(maxTokens))));
    long unscorable = estimate.unscorable().values().stream().mapToLong(Long::longValue).sum();
    if (unscorable > 0) {
      lines.add(
          line("cannot be scored", number(scaled(unscorable)) + reasons(estimate.unscorable())));
    }
  }

  private static String reasons(Map<String, Long> reasons) {
    return reasons.isEmpty()
        ? ""
        : reasons.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(reason -> "%s %s".formatted(reason.getKey(), number(reason.getValue())))
            .collect(Collectors.joining(", ", " (", ")"));
  }

  private double ofTokenized(long rows) {
    return share((double) rows, (double) estimate.tokenized());
  }

  private long scaled(long rows) {
    return Math.round(ofTokenized(rows) * estimate.texts());
  }

  private void passes(List<String> lines) {
    lines.add(
        "%-28s %12s %10s %10s %7s%s"
            .formatted(
                "pass",
                "sequences",
                "tokens",
                "FLOP",
                "share",
                speed.map(known -> "    hours").orElse("")));
    for (ModelPass pass : ModelPass.of(signals)) {
      PassCost cost = estimate.passes().getOrDefault(pass, new PassCost(0, Work.NONE));
      lines.add(
          row(
              "%s model, %s".formatted(pass.role().code(), name(pass.pass())),
              Optional.of(cost.sequences()),
              cost.work()));
    }
    lines.add(row("together", Optional.empty(), work()));
  }

  private static String name(Pass pass) {
    return switch (pass) {
      case WHOLE -> "whole samples";
      case SEGMENTS -> "segments";
      case BARE -> "bare responses";
      case RECENT -> "recent contexts";
      case PAIRS -> "pairs of segments";
      case FIRST_LAYER -> "first layer";
    };
  }

  private String row(String name, Optional<Long> sequences, Work work) {
    return String.format(
        Locale.ROOT,
        "%-28s %12s %10s %10s %5.1f %%%s",
        name,
        sequences.map(EstimateTable::number).orElse(""),
        Amounts.text((double) work.tokens()),
        Amounts.text(work.flops()),
        100 * share(work.flops(), work().flops()),
        speed
            .map(known -> String.format(Locale.ROOT, " %8.3g", known.deviceHours(work)))
            .orElse(""));
  }

  private void needs(List<String> lines) {
    for (Memory model : memory) {
      lines.add(
          line(
              "memory, %s model".formatted(model.role().code()),
              "%s for %s weights, and %s for each task in its longest pass"
                  .formatted(
                      Bytes.text(model.weights()),
                      model.dtype(),
                      Bytes.text(model.activations()))));
    }
    if (speed.isEmpty()) {
      lines.add(line("time", "not measured; give the speed of a device with --tflops"));
      return;
    }
    Speed known = speed.get();
    lines.add(
        line(
            "time",
            String.format(
                Locale.ROOT,
                "%s at %sFLOP/s%s (%s): %.3g device hours",
                Durations.text(known.time(work())),
                Amounts.text(known.flopsPerSecond()),
                known.devices() == 1 ? "" : " on each of %d devices".formatted(known.devices()),
                known.source(),
                known.deviceHours(work()))));
    if (known.price().isPresent()) {
      double price = known.price().getAsDouble() * known.deviceHours(work());
      lines.add(
          line(
              "price",
              String.format(
                  Locale.ROOT, "%.2f at %.2f an hour", price, known.price().getAsDouble())));
    }
  }

  private void strategies(List<String> lines) {
    lines.add("");
    lines.add("%-28s %10s  %s".formatted("by strategy", "FLOP", "passes"));
    for (Strategy strategy : Strategies.ALL) {
      Collection<ModelSignal> needed = strategy.signals();
      if (!needed.isEmpty() && needed.stream().allMatch(signal -> models.contains(signal.role()))) {
        lines.add(
            "  %-26s %10s  %s"
                .formatted(
                    strategy.code(),
                    Amounts.text(estimate.work(needed).flops()),
                    ModelPass.of(needed).stream()
                        .map(pass -> "%s %s".formatted(pass.role().code(), name(pass.pass())))
                        .collect(Collectors.joining(", "))));
      }
    }
  }

  private static double share(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String line(String name, String value) {
    return "%-22s %s".formatted(name, value);
  }
}
