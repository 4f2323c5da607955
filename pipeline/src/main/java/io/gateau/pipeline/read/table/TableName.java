package io.gateau.pipeline.read.table;

import io.gateau.pipeline.read.file.InputException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.connector.catalog.CatalogManager;
import org.apache.spark.sql.connector.catalog.CatalogPlugin;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The name of a table as Spark's SQL has it: parts with dots between them, in backticks where they
 * hold more than letters, digits and underscores. The first part may be a catalog; or it is a
 * format, and the second one a path.
 *
 * @param parts at least one
 */
public record TableName(List<String> parts) {

  /** The name of the catalog that Spark itself brings. */
  public static final String SESSION_CATALOG = "spark_catalog";

  /** Copies the parts. */
  public TableName {
    parts = List.copyOf(parts);
  }

  /**
   * The table of this name.
   *
   * @throws InputException if it is no name
   */
  public static TableName of(SparkSession spark, String text) {
    try {
      return new TableName(
          CollectionConverters.asJava(
              spark.sessionState().sqlParser().parseMultipartIdentifier(text)));
    } catch (ParseException e) {
      throw new InputException(
          ("'%s' is no name of a table; write catalog.database.table, or delta.`/path` in quotes,"
                  + " with backticks around parts that hold more than letters, digits and underscores")
              .formatted(text),
          e);
    }
  }

  /** Whether the name is a format and a path, as in {@code delta.`/data/samples`}. */
  public boolean isPath() {
    return parts.size() == 2 && parts.get(1).contains("/");
  }

  /**
   * The catalog of the table: the first part if there is such a catalog, else the current one.
   *
   * @throws InputException if the catalog's class is missing, it has no tables, or the name has
   *     more parts than the session's own catalog takes
   */
  public TableCatalog catalog(SparkSession spark) {
    CatalogManager catalogs = spark.sessionState().catalogManager();
    boolean named = hasCatalog(spark);
    CatalogPlugin catalog;
    try {
      catalog = named ? catalogs.catalog(parts.get(0)) : catalogs.currentCatalog();
    } catch (Exception | LinkageError e) {
      throw TableErrors.of(this, e);
    }
    if (parts.size() > 2 && !named && catalog.name().equals(SESSION_CATALOG)) {
      throw new InputException(
          "there is no catalog '%s' for the table %s; set spark.sql.catalog.%s and the settings below it under spark.conf of the configuration file, or with --conf of spark-submit"
              .formatted(parts.get(0), this, parts.get(0)));
    }
    if (!(catalog instanceof TableCatalog tables)) {
      throw new InputException(
          "the catalog '%s' of the table %s has no tables; name another one"
              .formatted(catalog.name(), this));
    }
    return tables;
  }

  /**
   * The table within its catalog.
   *
   * @throws InputException as {@link #catalog}
   */
  public Identifier identifier(SparkSession spark) {
    int first = hasCatalog(spark) ? 1 : 0;
    String table = parts.get(parts.size() - 1);
    return parts.size() == first + 1
        ? Identifier.of(
            first == 0
                ? spark.sessionState().catalogManager().currentNamespace()
                : catalog(spark).defaultNamespace(),
            table)
        : Identifier.of(parts.subList(first, parts.size() - 1).toArray(new String[0]), table);
  }

  private boolean hasCatalog(SparkSession spark) {
    try {
      return parts.size() > 1
          && spark.sessionState().catalogManager().isCatalogRegistered(parts.get(0));
    } catch (Exception | LinkageError e) {
      throw TableErrors.of(this, e);
    }
  }

  /** The name for SQL, every part in backticks. */
  public String sql() {
    return parts.stream().map(TableName::quoted).collect(Collectors.joining("."));
  }

  private static String quoted(String part) {
    return "`%s`".formatted(part.replace("`", "``"));
  }

  /** The name with backticks only around parts that need them. */
  @Override
  public String toString() {
    return parts.stream()
        .map(part -> part.matches("[A-Za-z_][A-Za-z0-9_]*") ? part : quoted(part))
        .collect(Collectors.joining("."));
  }
}
