package io.gateau.pipeline.testing;

import org.apache.spark.sql.SparkSession;

/** The one Spark session that all tests of this module share; it ends with the JVM. */
public final class SparkTestSession {

  private SparkTestSession() {}

  /** The shared session, made on first use. */
  public static SparkSession spark() {
    return Lazy.SPARK;
  }

  private static final class Lazy {
    static final SparkSession SPARK =
        SparkSession.builder()
            .master("local[2]")
            .appName("gateau-pipeline-tests")
            .config("spark.ui.enabled", "false")
            // Running tasks report what they count; their progress is tested.
            .config("spark.executor.heartbeatInterval", "500ms")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.extensions", "io.gateau.udf.GateauExtensions")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.warehouse.dir", "target/spark-warehouse")
            .getOrCreate();
  }
}
