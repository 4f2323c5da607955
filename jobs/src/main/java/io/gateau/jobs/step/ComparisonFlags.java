package io.gateau.jobs.step;

import io.gateau.jobs.console.Report;
import io.gateau.jobs.json.ComparisonFile;
import io.gateau.jobs.settings.ConfigException;
import io.gateau.pipeline.OutputFolder;
import io.gateau.pipeline.StoredSignals;
import io.gateau.pipeline.compare.Candidate;
import io.gateau.pipeline.compare.CompareSelections;
import io.gateau.pipeline.compare.Comparison;
import io.gateau.pipeline.evaluate.EvaluateSelection;
import io.gateau.pipeline.evaluate.Truth;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.rank.strategy.Strategy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/** What compare and sweep share: the folder, a truth if there is one, and a file of numbers. */
public final class ComparisonFlags {
  @Option(
      names = "--scored",
      paramLabel = "DIR",
      required = true,
      description = "Output folder of the run or score command.",
      order = 0)
  private String scored;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the numbers to this file too.",
      order = 10)
  private Optional<Path> json = Optional.empty();

  @Option(
      names = "--truth",
      paramLabel = "FIELD",
      description =
          "Field of the original records with the kind of a sample. Adds how well the wanted kind is"
              + " found. Reads the input, and brings some 300 bytes of each row to the driver.",
      order = 7)
  private Optional<String> field = Optional.empty();

  @Option(
      names = "--wanted",
      paramLabel = "KIND",
      description = "The kind to find. Default: ${DEFAULT-VALUE}.",
      order = 8)
  private String wanted = "long-range";

  @Option(
      names = "--noise",
      paramLabel = "KIND",
      description = "The kind that is never worth keeping. Default: ${DEFAULT-VALUE}.",
      order = 9)
  private String noise = "noise";

  private Optional<Truth> truth() {
    return field.map(name -> new Truth(name, wanted, noise));
  }

  /**
   * Checks the names.
   *
   * @throws ConfigException if one cannot be used
   */
  public void check() {
    try {
      truth();
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
  }

  /**
   * Checks the code of a strategy.
   *
   * @throws ConfigException if there is no such strategy
   */
  public static void requireStrategy(String code) {
    try {
      Strategies.of(code);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
  }

  /** The strategies that can rank the samples of a folder; says on standard error which cannot. */
  public static List<Strategy> stored(SparkSession spark, String scored) {
    StoredSignals.StoredStrategies stored =
        StoredSignals.strategies(spark, OutputFolder.at(spark, scored));
    stored.leftOut().ifPresent(System.err::println);
    return stored.rankable();
  }

  /** The folder that is compared. */
  public String scored() {
    return scored;
  }

  /**
   * Compares, measures the rankings if a truth is named, and writes the file if one is.
   *
   * @param table makes lines for the console of both
   */
  public Report compare(
      SparkSession spark,
      List<Candidate> candidates,
      BiFunction<Comparison, Optional<EvaluateSelection.Result>, List<String>> table) {
    Comparison comparison =
        CompareSelections.on(spark).output(scored).candidates(candidates).execute();
    Optional<EvaluateSelection.Result> evaluation =
        truth()
            .map(
                truth ->
                    EvaluateSelection.on(spark)
                        .output(scored)
                        .truth(truth)
                        .configs(candidates.stream().map(one -> one.config().rank()).toList())
                        .execute());
    json.ifPresent(file -> ComparisonFile.write(file, scored, comparison, evaluation));
    return out -> table.apply(comparison, evaluation).forEach(out::println);
  }
}
