package io.gateau.udf;

import io.gateau.model.ModelSpec;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import scala.Tuple2;

/**
 * Models of object stores and other shared file systems, copied to this machine. All processes of a
 * machine share the copy: {@link ModelFolderCache}.
 */
public final class FetchedModels {
  /** Spark's setting for the folder of the copies. */
  static final String CACHE = "spark.gateau.model-cache";

  private static final String HADOOP_PREFIX = "spark.hadoop.";

  /** URL to the copy that this process uses in SQL. */
  private static final Map<String, String> KNOWN = new ConcurrentHashMap<>();

  private FetchedModels() {}

  /**
   * A spec whose model is on this machine: itself, or with the directory of the copy of what its
   * URL holds now. It is fetched if no process of this machine has done so.
   *
   * @param hadoop the configuration of the store
   * @throws io.gateau.model.checkpoint.ModelException if the URL holds no model or the store cannot
   *     be read
   */
  public static ModelSpec local(ModelSpec spec, Configuration hadoop) {
    return spec.isRemote() ? spec.withPath(fetch(spec.path(), hadoop)) : spec;
  }

  /** A spec as {@link #local} has it, with Spark's Hadoop settings; looks at a URL only once. */
  static ModelSpec once(ModelSpec spec) {
    return spec.isRemote()
        ? spec.withPath(KNOWN.computeIfAbsent(spec.path(), url -> fetch(url, sparkHadoop())))
        : spec;
  }

  private static String fetch(String url, Configuration hadoop) {
    return new ModelFolderCache(cacheFolder(), hadoop).directory(url).toString();
  }

  private static Path cacheFolder() {
    SparkEnv environment = SparkEnv.get();
    SparkConf conf = environment == null ? new SparkConf() : environment.conf();
    return Path.of(
        conf.get(
            CACHE,
            Path.of(
                    System.getProperty("java.io.tmpdir"),
                    "gateau-models-" + System.getProperty("user.name"))
                .toString()));
  }

  private static Configuration sparkHadoop() {
    Configuration hadoop = new Configuration();
    SparkEnv environment = SparkEnv.get();
    if (environment != null) {
      for (Tuple2<String, String> setting : environment.conf().getAllWithPrefix(HADOOP_PREFIX)) {
        hadoop.set(setting._1(), setting._2());
      }
    }
    return hadoop;
  }
}
