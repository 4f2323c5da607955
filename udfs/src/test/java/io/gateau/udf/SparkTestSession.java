package io.gateau.udf;

import org.apache.spark.sql.SparkSession;

/** The one Spark session that all tests of this module share; it ends with the JVM. */
final class SparkTestSession {

  private SparkTestSession() {}

  /** The shared session, with the SQL functions; made on first use. */
  static SparkSession spark() {
    return Lazy.SPARK;
  }

  private static final class Lazy {
    static final SparkSession SPARK = quiet();

    /** Queries that must fail would fill the log with their stack traces. */
    private static SparkSession quiet() {
      SparkSession spark =
          SparkSession.builder()
              .master("local[2]")
              .appName("gateau-udfs-tests")
              .config("spark.sql.extensions", GateauExtensions.class.getName())
              .config("spark.ui.enabled", "false")
              .config("spark.sql.shuffle.partitions", "2")
              .config("spark.driver.bindAddress", "127.0.0.1")
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.sql.warehouse.dir", "target/spark-warehouse")
              .getOrCreate();
      spark.sparkContext().setLogLevel("OFF");
      return spark;
    }
  }
}
