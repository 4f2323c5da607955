package io.gateau.pipeline.testing;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.sql.SparkSession;

/** The local file system under the scheme {@code counting}, which tells what was read. */
public final class CountingFileSystem extends RawLocalFileSystem {
  private static final URI ROOT = URI.create("counting:///");
  private static final Queue<String> OPENED = new ConcurrentLinkedQueue<>();

  public static void register(SparkSession spark) {
    spark
        .sparkContext()
        .hadoopConfiguration()
        .set("fs.counting.impl", CountingFileSystem.class.getName());
  }

  /** Forgets which files were opened and how many bytes were read. */
  public static void reset() {
    OPENED.clear();
    FileSystem.getGlobalStorageStatistics().reset();
  }

  /** The names of the files that were opened, sorted, each as often as it was. */
  public static List<String> opened() {
    return OPENED.stream().sorted().toList();
  }

  public static long bytesRead() {
    return FileSystem.getGlobalStorageStatistics().get("counting").getLong("bytesRead");
  }

  @Override
  public void initialize(URI uri, Configuration configuration) throws IOException {
    super.initialize(uri, configuration);
    setConf(configuration);
  }

  @Override
  public URI getUri() {
    return ROOT;
  }

  @Override
  public String getScheme() {
    return "counting";
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    OPENED.add(path.getName());
    return super.open(path, bufferSize);
  }
}
