package io.gateau.pipeline.read.table;

import io.gateau.pipeline.read.file.InputException;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.DataSource;

/** What Spark says of tables that cannot be used, and what a user can do about it. */
public final class TableErrors {

  private TableErrors() {}

  /** The error about a table for what Spark has thrown. */
  public static InputException of(Object table, Throwable thrown) {
    String said = firstSentence(thrown);
    return new InputException(
        "the table %s cannot be used: %s%s"
            .formatted(table, said, remedy(table.toString(), thrown, said)),
        thrown);
  }

  /**
   * Checks that Spark finds the data source of a format.
   *
   * @throws InputException if not
   */
  public static void requireFormat(SparkSession spark, String format) {
    try {
      DataSource.lookupDataSource(format, spark.sessionState().conf());
    } catch (Exception | LinkageError e) {
      throw new InputException(
          "there is no data source '%s' on the class path; %s"
              .formatted(format, packages(format).orElse("check the name, and bring its jar")),
          e);
    }
  }

  private static String remedy(String table, Throwable thrown, String said) {
    if (thrown instanceof LinkageError || hasCause(thrown, ClassNotFoundException.class)) {
      return "; "
          + packages(said)
              .orElse(
                  "bring its jar with --packages or --jars of spark-submit, or GATEAU_JARS of the launcher");
    }
    if (said.contains("TABLE_OR_VIEW_NOT_FOUND") && table.startsWith("delta.")) {
      return "; %s".formatted(packages("delta").orElseThrow());
    }
    return said.contains("NOT_FOUND") ? "; check its name, and its catalog under spark.conf" : "";
  }

  private static boolean hasCause(Throwable thrown, Class<?> type) {
    for (Throwable at = thrown; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return true;
      }
    }
    return false;
  }

  /** What brings a format that is mentioned. */
  private static Optional<String> packages(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.contains("iceberg")) {
      return Optional.of(bring("org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.11.0"));
    }
    return lower.contains("delta")
        ? Optional.of(bring("io.delta:delta-spark_4.1_2.13:4.1.0"))
        : Optional.empty();
  }

  private static String bring(String coordinates) {
    return "bring it with spark-submit --packages %s, or name its jars in GATEAU_JARS for the launcher (docs/storage.md, \"Tables\")"
        .formatted(coordinates);
  }

  private static String firstSentence(Throwable thrown) {
    String line =
        String.valueOf(thrown.getMessage()).lines().findFirst().orElse(thrown.toString()).strip();
    return line.replaceAll("\\.?( SQLSTATE: \\w+;?)?\\.?$", "");
  }
}
