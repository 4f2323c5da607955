package io.gateau.pipeline.selected;

import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.table.TableErrors;
import io.gateau.pipeline.read.table.TableName;
import io.gateau.pipeline.read.table.TableVersion;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.CreateTableWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException;
import org.apache.spark.sql.connector.catalog.StagingTableCatalog;
import org.apache.spark.sql.connector.catalog.SupportsNamespaces;
import org.apache.spark.sql.connector.catalog.TableCatalog;

/**
 * The table that a selection is written to. The format's own commit puts the new rows in the place
 * of the old ones: a reader sees the one or the other.
 *
 * @param name as Spark's SQL has it: {@code lake.db.selected}, or {@code delta.`/path`}
 * @param format Spark's name of a data source, such as iceberg; empty for the catalog's default
 */
public record SelectedTable(String name, Optional<String> format) {

  /** The property of tables that Gateau has written; its value is the place of the selection. */
  static final String RUN = "gateau.run";

  /** Formats that replace a table in one step in Spark's own catalog, once they extend it. */
  private static final Set<String> ATOMIC = Set.of("delta", "iceberg");

  /**
   * Checks that there is a name.
   *
   * @throws IllegalArgumentException if not
   */
  public SelectedTable {
    if (name == null
        || name.isBlank()
        || format == null
        || format.filter(String::isBlank).isPresent()) {
      throw new IllegalArgumentException(
          "table '%s' has no name or a blank format; use a name such as lake.db.selected"
              .formatted(name));
    }
  }

  /**
   * What was written.
   *
   * @param name of the table
   * @param format as the catalog calls it
   * @param version an Iceberg snapshot or a Delta version; empty where there are none
   */
  public record Commit(String name, String format, Optional<Long> version) {}

  /**
   * Checks that the table can be written, before any work is done for it.
   *
   * @throws InputException if its name, catalog or format cannot be used, or if there is a table of
   *     this name that Gateau has not written or that cannot be replaced in one step
   */
  public void requireReplaceable(SparkSession spark) {
    TableName table = TableName.of(spark, name);
    format(table).ifPresent(provider -> TableErrors.requireFormat(spark, provider));
    TableCatalog catalog = table.catalog(spark);
    if (!exists(spark, table)) {
      requireNamespace(spark, table, catalog);
      return;
    }
    Map<String, String> properties = TableVersion.properties(spark, table);
    if (!properties.containsKey(RUN)) {
      throw new InputException(
          "the table %s is there already, and Gateau has not written it (it has no property %s); name another table, or drop it"
              .formatted(table, RUN));
    }
    if (!replacesInOneStep(table, catalog)) {
      throw new InputException(
          "the table %s is there already, and its catalog '%s' cannot replace it in one step; drop it, or write an Iceberg or Delta table"
              .formatted(table, catalog.name()));
    }
  }

  /** A path of Delta exists for its catalog even if nothing is there. */
  private static boolean exists(SparkSession spark, TableName table) {
    try {
      return table.catalog(spark).tableExists(table.identifier(spark));
    } catch (Exception | LinkageError e) {
      throw TableErrors.of(table, e);
    }
  }

  /** Other catalogs than Spark's own may make a namespace with its first table. */
  private static void requireNamespace(SparkSession spark, TableName table, TableCatalog catalog) {
    String[] namespace = table.identifier(spark).namespace();
    if (catalog.name().equals(TableName.SESSION_CATALOG)
        && !table.isPath()
        && catalog instanceof SupportsNamespaces namespaces
        && !namespaces.namespaceExists(namespace)) {
      throw new InputException(
          "there is no database '%s' for the table %s; create it, or name another one"
              .formatted(String.join(".", namespace), table));
    }
  }

  /**
   * Writes the rows in the place of what the table holds.
   *
   * @param run the place of the selection
   * @return what was written
   * @throws InputException if the table cannot be replaced, as {@link #requireReplaceable}
   */
  public Commit replace(Dataset<Row> rows, String run) {
    SparkSession spark = rows.sparkSession();
    requireReplaceable(spark);
    TableName table = TableName.of(spark, name);
    CreateTableWriter<Row> writer = rows.writeTo(table.sql()).tableProperty(RUN, run);
    Optional<String> provider = format(table);
    if (provider.isPresent()) {
      writer = writer.using(provider.get());
    }
    if (replacesInOneStep(table, table.catalog(spark))) {
      writer.createOrReplace();
    } else {
      create(writer, table);
    }
    return new Commit(
        table.toString(),
        TableVersion.properties(spark, table)
            .getOrDefault(TableCatalog.PROP_PROVIDER, provider.orElse("")),
        TableVersion.current(spark, table));
  }

  private static void create(CreateTableWriter<Row> writer, TableName table) {
    try {
      writer.create();
    } catch (TableAlreadyExistsException e) {
      throw new InputException(
          "the table %s was made by someone else meanwhile; name another one".formatted(table), e);
    }
  }

  /** A path says its format itself. */
  private Optional<String> format(TableName table) {
    return format.or(() -> table.isPath() ? Optional.of(table.parts().get(0)) : Optional.empty());
  }

  private boolean replacesInOneStep(TableName table, TableCatalog catalog) {
    return catalog instanceof StagingTableCatalog
        && (!catalog.name().equals(TableName.SESSION_CATALOG)
            || format(table).filter(ATOMIC::contains).isPresent());
  }
}
