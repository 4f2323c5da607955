package io.gateau.jobs.settings;

import java.util.List;

/** Where Spark runs, and the prefix under which a file holds Spark's own settings. */
public final class SparkKeys {
  public static final Setting<String> MASTER =
      Setting.named("spark.master")
          .in(Section.SPARK)
          .flag("--master")
          .label("URL")
          .parsedBy(Parsers.named(url -> url))
          .describedAs(
              "Spark master, such as local[4] or spark://HOST:7077, whose executors get gateau's jar"
                  + " from this process. Default: spark-submit's, else local[*].");

  /** All Spark settings, in the order of the help. */
  static final List<Setting<?>> ALL = List.of(MASTER);

  /** The prefix of the keys of Spark's own settings, which are passed on as they are. */
  static final String CONF_PREFIX = "spark.conf.";

  private SparkKeys() {}
}
