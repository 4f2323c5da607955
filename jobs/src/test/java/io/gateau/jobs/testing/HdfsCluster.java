package io.gateau.jobs.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;

/** HDFS on free ports of the loopback interface: a name node and a data node in one process. */
public final class HdfsCluster implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(2);
  private static final Pattern PORT = Pattern.compile("\"namenode_port\":(\\d+)");

  private final ChildProcess process;
  private final String url;

  private HdfsCluster(ChildProcess process, String url) {
    this.process = process;
    this.url = url;
  }

  /** Starts a cluster that keeps its blocks in {@code folder}. */
  public static HdfsCluster start(Path folder) {
    Path details = folder.resolve("hdfs.json");
    String classPath =
        BuildOutputs.testLibrary("hdfs").stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    ChildProcess process =
        ChildProcess.java(
            "hdfs",
            folder,
            Map.of(),
            List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                classPath,
                "org.apache.hadoop.mapreduce.MiniHadoopClusterManager",
                "-nomr",
                "-format",
                "-nnport",
                "0",
                "-nnhttpport",
                "0",
                "-datanodes",
                "1",
                "-writeDetails",
                details.toString(),
                "-D",
                "hdfs.minidfs.basedir=" + folder.resolve("blocks")));
    try {
      String port = process.await("naming its port", START, () -> port(details));
      return new HdfsCluster(process, "hdfs://localhost:" + port);
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  private static Optional<String> port(Path details) {
    try {
      Matcher matcher = PORT.matcher(Files.exists(details) ? Files.readString(details) : "");
      return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The address of a file or folder, such as {@code hdfs://localhost:40213/in}. */
  public String url(String path) {
    return url + "/" + path;
  }

  /** Copies a file or folder of this machine to HDFS. */
  public void upload(Path from, String path) throws IOException {
    try (FileSystem hdfs = fileSystem()) {
      hdfs.copyFromLocalFile(
          new org.apache.hadoop.fs.Path(from.toUri()), new org.apache.hadoop.fs.Path(url(path)));
    }
  }

  /** Copies a folder of HDFS to this machine. */
  public void download(String path, Path to) throws IOException {
    try (FileSystem hdfs = fileSystem()) {
      hdfs.copyToLocalFile(
          new org.apache.hadoop.fs.Path(url(path)), new org.apache.hadoop.fs.Path(to.toUri()));
    }
  }

  /** Leaves no room for another block below a folder, as a full disk does. */
  public void fill(String path) throws IOException {
    quota(path, 1);
  }

  /** Makes room again. */
  public void makeRoom(String path) throws IOException {
    quota(path, HdfsConstants.QUOTA_RESET);
  }

  private void quota(String path, long bytes) throws IOException {
    try (FileSystem hdfs = fileSystem()) {
      org.apache.hadoop.fs.Path folder = new org.apache.hadoop.fs.Path(url(path));
      hdfs.mkdirs(folder);
      ((DistributedFileSystem) hdfs).setQuota(folder, HdfsConstants.QUOTA_DONT_SET, bytes);
    }
  }

  private FileSystem fileSystem() throws IOException {
    return FileSystem.newInstance(URI.create(url), new Configuration());
  }

  /** Kills the cluster. */
  @Override
  public void close() {
    process.close();
  }
}
