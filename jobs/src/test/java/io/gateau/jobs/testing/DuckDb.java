package io.gateau.jobs.testing;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Reads a run's Parquet tables with DuckDB: a reader that shares no code with Spark. */
public final class DuckDb {
  private DuckDb() {}

  /**
   * The rows of a query in which {@code {NAME}} stands for a table of the run in {@code output},
   * such as {@code {scores}} or {@code {signals/segment-loss-*}}.
   */
  public static List<List<Object>> query(Path output, String sql) {
    String resolved = sql.replaceAll("\\{([\\w/*-]+)}", "'" + output + "/$1/*.parquet'");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(resolved)) {
      List<List<Object>> rows = new ArrayList<>();
      while (result.next()) {
        List<Object> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getObject(i));
        }
        rows.add(row);
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException("DuckDB does not read " + output + ": " + resolved, e);
    }
  }

  /** The one number that a query gives. */
  public static long number(Path output, String sql) {
    return ((Number) query(output, sql).get(0).get(0)).longValue();
  }

  /** Scored rows by rank, with every number: two runs are equal if these are. */
  public static List<List<Object>> ranking(Path output) {
    return query(
        output,
        "select rank, id, status, selected, score, hmp, cas, short_ppl, long_ppl, normalised_short,"
            + " normalised_long, normalised_hmp, normalised_cas from {scores} order by rank");
  }
}
