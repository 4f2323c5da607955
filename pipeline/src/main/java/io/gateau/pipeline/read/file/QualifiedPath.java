package io.gateau.pipeline.read.file;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Paths as the driver understands them, for all machines: with a scheme, and never relative. An
 * executor has a working directory of its own, and may have another default file system.
 */
public final class QualifiedPath {
  private QualifiedPath() {}

  /**
   * The path with its scheme; a relative one starts from the driver's working directory.
   *
   * @throws IOException if it is no path, such as one with a colon in its first name, holds a
   *     password or a signature, or its file system cannot be used
   */
  public static Path of(SparkSession spark, String path) throws IOException {
    return of(configuration(spark), path);
  }

  /** The same path before there is a session. */
  public static Path of(Configuration hadoop, String path) throws IOException {
    try {
      Path given = new Path(Secrets.requireNone(path));
      return given.getFileSystem(hadoop).makeQualified(given);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          Secrets.masked("%s is not a path: %s".formatted(path, e.getMessage())), e);
    }
  }

  /**
   * The qualified path as text, without its scheme if the default file system of this session is
   * local.
   */
  public static String text(SparkSession spark, String path) throws IOException {
    Path qualified = of(spark, path);
    String scheme = FileSystem.getDefaultUri(configuration(spark)).getScheme();
    return "file".equals(scheme) ? display(qualified) : qualified.toString();
  }

  /** The path for messages and manifests: a local one without its scheme, and without secrets. */
  public static String display(Path path) {
    return "file".equals(path.toUri().getScheme())
        ? path.toUri().getPath()
        : Secrets.masked(path.toString());
  }

  private static Configuration configuration(SparkSession spark) {
    return spark.sessionState().newHadoopConf();
  }
}
