package io.gateau.jobs.step;

import io.gateau.jobs.settings.ConfigException;
import io.gateau.pipeline.compare.Candidate;
import io.gateau.pipeline.evaluate.EvaluateSelection;
import io.gateau.pipeline.evaluate.Truth;
import io.gateau.pipeline.rank.strategy.Strategies;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/** The field of the records that says what each sample is, where a comparison may use one. */
public final class TruthFlags {
  @Option(
      names = "--truth",
      paramLabel = "FIELD",
      description =
          "Field of the original records with the kind of a sample. Adds how well the wanted kind is"
              + " found. Reads the input, and brings some 300 bytes of each row to the driver.",
      order = 6)
  private Optional<String> field = Optional.empty();

  @Option(
      names = "--wanted",
      paramLabel = "KIND",
      description = "The kind to find. Default: ${DEFAULT-VALUE}.",
      order = 7)
  private String wanted = "long-range";

  @Option(
      names = "--noise",
      paramLabel = "KIND",
      description = "The kind that is never worth keeping. Default: ${DEFAULT-VALUE}.",
      order = 8)
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

  /** Measures the rankings of some candidates, if a truth is named. */
  public Optional<EvaluateSelection.Result> evaluate(
      SparkSession spark, String scored, List<Candidate> candidates) {
    return truth()
        .map(
            truth ->
                EvaluateSelection.on(spark)
                    .output(scored)
                    .truth(truth)
                    .configs(candidates.stream().map(one -> one.config().rank()).toList())
                    .execute());
  }
}
