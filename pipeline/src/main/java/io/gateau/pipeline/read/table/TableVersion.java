package io.gateau.pipeline.read.table;

import io.gateau.pipeline.read.file.InputException;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.TableCatalog;

/** Versions of tables whose formats have some. */
public final class TableVersion {

  private static final String ICEBERG_SNAPSHOT = "current-snapshot-id";

  private TableVersion() {}

  /**
   * The version that the table has now: of Iceberg its snapshot, of Delta its version; empty if it
   * has none or does not exist.
   *
   * @throws InputException if its catalog cannot be used
   */
  public static Optional<Long> current(SparkSession spark, TableName name) {
    Map<String, String> properties = properties(spark, name);
    String snapshot = properties.getOrDefault(ICEBERG_SNAPSHOT, "");
    if (snapshot.matches("\\d+")) {
      return Optional.of(Long.valueOf(snapshot));
    }
    return "delta".equals(properties.get(TableCatalog.PROP_PROVIDER))
        ? Optional.of(
            spark
                .sql("DESCRIBE HISTORY %s LIMIT 1".formatted(name.sql()))
                .select("version")
                .head()
                .getLong(0))
        : Optional.empty();
  }

  /**
   * What the catalog says of a table; nothing of one that does not exist, and of files that are
   * read by their path.
   *
   * @throws InputException if the catalog cannot be used
   */
  public static Map<String, String> properties(SparkSession spark, TableName name) {
    TableCatalog catalog = name.catalog(spark);
    Identifier identifier = name.identifier(spark);
    try {
      return catalog.tableExists(identifier)
          ? catalog.loadTable(identifier).properties()
          : Map.of();
    } catch (Exception | LinkageError e) {
      throw TableErrors.of(name, e);
    }
  }
}
