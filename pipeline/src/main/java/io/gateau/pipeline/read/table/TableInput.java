package io.gateau.pipeline.read.table;

import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A table that is read, written {@code table:NAME} or {@code table:NAME@VERSION}.
 *
 * @param name of the table
 * @param version an Iceberg snapshot or a Delta version; empty for what the table holds now
 */
public record TableInput(TableName name, Optional<Long> version) {

  private static final Pattern VERSIONED = Pattern.compile("(.+)@(\\d+)");

  /**
   * The tables among the inputs.
   *
   * @throws InputException if one has no name of a table, or is given twice
   */
  public static List<TableInput> of(SparkSession spark, ReadConfig config) {
    List<TableInput> tables = new ArrayList<>();
    Set<TableName> names = new HashSet<>();
    for (String input : config.tables()) {
      TableInput table = of(spark, input);
      if (!names.add(table.name())) {
        throw new InputException("the table %s is given twice; keep one".formatted(table.name()));
      }
      tables.add(table);
    }
    return tables;
  }

  private static TableInput of(SparkSession spark, String input) {
    String text = input.substring(ReadConfig.TABLE.length());
    Matcher versioned = VERSIONED.matcher(text);
    return versioned.matches()
        ? new TableInput(
            TableName.of(spark, versioned.group(1)), Optional.of(number(text, versioned.group(2))))
        : new TableInput(TableName.of(spark, text), Optional.empty());
  }

  private static long number(String table, String version) {
    try {
      return Long.parseLong(version);
    } catch (NumberFormatException e) {
      throw new InputException(
          "the version in %s is no Iceberg snapshot and no Delta version; use one of the table's history"
              .formatted(table),
          e);
    }
  }

  /**
   * The config with the version that each table has now, where its format has versions and none is
   * given: rows that are read again later are then those of the same version.
   *
   * @throws InputException if a table cannot be read
   */
  public static ReadConfig pin(SparkSession spark, ReadConfig config) {
    List<String> pinned = new ArrayList<>();
    for (String input : config.input()) {
      pinned.add(ReadConfig.isTable(input) ? of(spark, input).pinned(spark).text() : input);
    }
    ReadConfig result = config.withInput(pinned);
    of(spark, result).forEach(table -> table.rows(spark));
    return result;
  }

  private TableInput pinned(SparkSession spark) {
    if (version.isPresent()) {
      return this;
    }
    rows(spark);
    return new TableInput(name, TableVersion.current(spark, name));
  }

  /**
   * The rows of the table, as Spark reads them.
   *
   * @throws InputException if there is no such table or version, or its catalog cannot be used
   */
  Dataset<Row> rows(SparkSession spark) {
    // Says more about a catalog than Spark's reader does.
    name.catalog(spark);
    try {
      return version.isPresent()
          ? spark.sql("SELECT * FROM %s VERSION AS OF %d".formatted(name.sql(), version.get()))
          : spark.table(name.sql());
    } catch (Exception | LinkageError e) {
      throw TableErrors.of(version.map(number -> name + "@" + number).orElse(name.toString()), e);
    }
  }

  /** What stands in {@code RecordColumns.FILE}. */
  String file() {
    return ReadConfig.TABLE + name;
  }

  /** As it is written among the inputs. */
  private String text() {
    return file() + version.map(number -> "@" + number).orElse("");
  }
}
