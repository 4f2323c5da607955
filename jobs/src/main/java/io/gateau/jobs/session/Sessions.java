package io.gateau.jobs.session;

import io.gateau.jobs.settings.Settings;
import io.gateau.jobs.settings.SparkKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * Spark sessions. Settings of spark-submit win, except over a master given as a flag; then come
 * those of the configuration file, then defaults for one machine.
 */
public final class Sessions {
  /** Registers the SQL functions. */
  static final String EXTENSIONS = "io.gateau.udf.GateauExtensions";

  private static final String MASTER = "spark.master";

  /** spark-submit sets this, whatever it is told, and gives executors the jar that it runs. */
  private static final String SUBMITTED = "spark.submit.deployMode";

  /** What a lost executor held of a shuffle is made again in a new attempt of its stage. */
  private static final String LOST_EXECUTORS = "100";

  private static final String COMMITTER =
      "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version";

  /**
   * A task moves its file to where the table is written, and the job moves it no second time. A job
   * that fails leaves half a table, but under a hidden name: a table is put in place when it is
   * whole.
   */
  private static final String COMMITS_TO_THE_TABLE = "2";

  /**
   * Lets Spark merge the small partitions of rows that are persisted, as it does elsewhere. Without
   * it, the narrow rows of a small data set are two hundred tasks in each of several stages, which
   * a cluster of two cores needs 16 s for.
   */
  private static final String MERGED_PARTITIONS_OF_CACHED_ROWS =
      "spark.sql.optimizer.canChangeCachedPlanOutputPartitioning";

  private static final String SQL_EXTENSIONS = "spark.sql.extensions";
  private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\d+|\\*)(?:,\\s*\\d+)?])?");

  private Sessions() {}

  /** Opens a session; the caller closes it. */
  public static SparkSession open(Settings settings, String name) {
    SparkConf submitted = new SparkConf();
    SparkConf conf = conf(submitted, settings, name);
    return SparkSession.builder()
        .config(withProgram(conf, submitted, ApplicationJar::source))
        .getOrCreate();
  }

  /** The configuration that {@link #open} would open a session with. */
  public static SparkConf conf(Settings settings, String name) {
    return conf(new SparkConf(), settings, name);
  }

  /**
   * Adds, on a cluster, the program that executors fetch, unless spark-submit sends it to them.
   *
   * @param program the jar or folder that this program runs from
   */
  static SparkConf withProgram(SparkConf conf, SparkConf submitted, Supplier<Path> program) {
    return localCores(conf.get(MASTER)).isPresent() || submitted.contains(SUBMITTED)
        ? conf
        : ApplicationJar.addTo(conf, program.get());
  }

  /**
   * The configuration of a session.
   *
   * @param submitted what spark-submit has set, as system properties; nothing without it
   */
  static SparkConf conf(SparkConf submitted, Settings settings, String name) {
    SparkConf conf = submitted.clone();
    settings.sparkConf().forEach(conf::setIfMissing);
    settings.find(SparkKeys.MASTER).ifPresent(master -> conf.setIfMissing(MASTER, master));
    settings.flag(SparkKeys.MASTER).ifPresent(conf::setMaster);
    conf.setIfMissing(MASTER, "local[*]");
    conf.setIfMissing("spark.app.name", name);
    conf.setIfMissing("spark.log.level", "WARN");
    conf.setIfMissing("spark.stage.maxConsecutiveAttempts", LOST_EXECUTORS);
    conf.setIfMissing(COMMITTER, COMMITS_TO_THE_TABLE);
    conf.setIfMissing(MERGED_PARTITIONS_OF_CACHED_ROWS, "true");
    conf.set(SQL_EXTENSIONS, withExtension(conf.get(SQL_EXTENSIONS, "")));
    localCores(conf.get(MASTER)).ifPresent(cores -> setLocalDefaults(conf, cores));
    return conf;
  }

  private static String withExtension(String extensions) {
    List<String> all =
        new ArrayList<>(
            Arrays.stream(extensions.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList());
    if (!all.contains(EXTENSIONS)) {
      all.add(EXTENSIONS);
    }
    return String.join(",", all);
  }

  private static void setLocalDefaults(SparkConf conf, int cores) {
    conf.setIfMissing("spark.ui.enabled", "false");
    conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    conf.setIfMissing("spark.driver.host", "127.0.0.1");
    conf.setIfMissing("spark.sql.shuffle.partitions", String.valueOf(cores));
  }

  /** How many cores a master within this process uses; empty for any other master. */
  private static Optional<Integer> localCores(String master) {
    Matcher matcher = LOCAL.matcher(master);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String cores = matcher.group(1);
    if (cores == null) {
      return Optional.of(1);
    }
    return Optional.of(
        "*".equals(cores) ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(cores));
  }
}
