package io.gateau.jobs.testing;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * A file system that the processes of a cluster do not share: {@code split:/out} is the folder
 * {@code own/out} below the working directory of each of them.
 */
public final class SplitFileSystem extends RawLocalFileSystem {
  /** What Spark has to be told to know the scheme. */
  public static final List<String> CONF =
      List.of("spark.hadoop.fs.split.impl=" + SplitFileSystem.class.getName());

  private static final URI ROOT = URI.create("split:///");

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
    return "split";
  }

  @Override
  public File pathToFile(Path path) {
    return new File(new File("own").getAbsoluteFile(), super.pathToFile(path).getPath());
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    FileStatus local = super.getFileStatus(path);
    return new FileStatus(
        local.getLen(),
        local.isDirectory(),
        local.getReplication(),
        local.getBlockSize(),
        local.getModificationTime(),
        makeQualified(path));
  }
}
