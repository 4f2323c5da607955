package io.gateau.jobs.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A Spark session that has nothing of Gateau and runs SQL. */
public final class SqlProgram {

  private SqlProgram() {}

  /**
   * Runs statements, and writes each row of their results on a line, its values with tabs between
   * them. A statement behind {@code until FILE} and a line break is repeated until the file exists;
   * its result is written when it differs from the one before.
   */
  public static void main(String[] statements) throws IOException {
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "1")
            .getOrCreate()) {
      for (String statement : statements) {
        if (statement.startsWith("until ")) {
          List<String> lines = statement.lines().toList();
          repeat(spark, Path.of(lines.get(0).substring("until ".length())), lines.get(1));
        } else {
          System.out.print(result(spark, statement));
        }
      }
    }
  }

  private static void repeat(SparkSession spark, Path end, String statement) {
    String last = "";
    boolean ended;
    do {
      // One more after the end, which sees what was there before it.
      ended = Files.exists(end);
      String next = result(spark, statement);
      if (!next.equals(last)) {
        System.out.print(next);
        System.out.flush();
        last = next;
      }
    } while (!ended);
  }

  private static String result(SparkSession spark, String statement) {
    StringBuilder lines = new StringBuilder();
    for (Row row : spark.sql(statement).collectAsList()) {
      lines.append(row.mkString("\t")).append('\n');
    }
    return lines.toString();
  }
}
