package io.gateau.pipeline.testing;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.apache.spark.sql.SparkSession;

/** The local file system under the scheme {@code breaking}, failing where a test says so. */
public final class BreakingFileSystem extends RawLocalFileSystem {
  private static final URI ROOT = URI.create("breaking:///");
  private static final AtomicReference<Fault> FAULT = new AtomicReference<>(Fault.NONE);

  /** Decides which renames and deletions fail. */
  @FunctionalInterface
  public interface Fault {
    Fault NONE = (operation, path) -> false;

    /**
     * Whether {@code operation} (create, delete, rename) on a path fails; of a rename, its target.
     */
    boolean hits(String operation, Path path);
  }

  private static volatile boolean objectStore;

  public static void register(SparkSession spark) {
    spark.conf().set("fs.breaking.impl", BreakingFileSystem.class.getName());
  }

  public static void fail(Fault fault) {
    FAULT.set(fault);
  }

  /** Says that files are seen only when they are closed, as those of object stores. */
  public static void actAsObjectStore(boolean act) {
    objectStore = act;
  }

  @Override
  public boolean hasPathCapability(Path path, String capability) throws IOException {
    return capability.equals(CommonPathCapabilities.ABORTABLE_STREAM)
        ? objectStore
        : super.hasPathCapability(path, capability);
  }

  public static void mend() {
    FAULT.set(Fault.NONE);
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
    return "breaking";
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    check("create", path);
    return super.create(path, overwrite, bufferSize, replication, blockSize, progress);
  }

  @Override
  public FSDataOutputStreamBuilder<?, ?> createFile(Path path) {
    return new Builder(this, path).create();
  }

  /** Creates through the file system, unlike that of local files, which passes it by. */
  private static final class Builder
      extends FSDataOutputStreamBuilder<FSDataOutputStream, Builder> {
    Builder(BreakingFileSystem fileSystem, Path path) {
      super(fileSystem, path);
    }

    @Override
    public Builder getThisBuilder() {
      return this;
    }

    @Override
    public FSDataOutputStream build() throws IOException {
      return getFS().create(getPath(), true);
    }
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    check("rename", to);
    return super.rename(from, to);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    check("delete", path);
    return super.delete(path, recursive);
  }

  private static void check(String operation, Path path) throws IOException {
    if (FAULT.get().hits(operation, path)) {
      throw new IOException("the disk broke at " + operation + " " + path.getName());
    }
  }
}
