package io.gateau.pipeline.read.file;

import java.io.IOException;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Files that appear whole or not at all, whenever the process is killed. On an object store a
 * rename is a copy, but an object appears only when its stream is closed, so it gets its own name
 * at once; elsewhere a file is written under a hidden name and renamed.
 */
public final class WholeFiles {
  /** Spares S3A the question what is at a place; others ignore it. */
  private static final String CREATE_WITHOUT_PROBES = "fs.s3a.create.performance";

  private WholeFiles() {}

  /**
   * Whether a file at this place appears when its stream is closed, and never if the process ends
   * before that: S3A says so, HDFS and local disks do not.
   */
  public static boolean appearWhenClosed(FileSystem fileSystem, Path place) throws IOException {
    return fileSystem.hasPathCapability(place, CommonPathCapabilities.ABORTABLE_STREAM);
  }

  /**
   * Writes a file at a place where none is.
   *
   * @throws IOException if it cannot be written; nothing is at the place then
   */
  public static void write(FileSystem fileSystem, Path place, byte[] content) throws IOException {
    if (appearWhenClosed(fileSystem, place)) {
      writeAtOnce(fileSystem, place, content);
      return;
    }
    // The underscore hides it from Spark, the ending from everyone else.
    Path unfinished = new Path(place.getParent(), "_" + place.getName() + ".unfinished");
    try (FSDataOutputStream out = fileSystem.create(unfinished, true)) {
      out.write(content);
    }
    CheckedRename.rename(fileSystem, unfinished, place);
  }

  private static void writeAtOnce(FileSystem fileSystem, Path place, byte[] content)
      throws IOException {
    FSDataOutputStreamBuilder<?, ?> builder = fileSystem.createFile(place);
    builder.overwrite(true);
    builder.recursive();
    builder.opt(CREATE_WITHOUT_PROBES, true);
    try (FSDataOutputStream out = builder.build()) {
      try {
        out.write(content);
      } catch (IOException e) {
        // Closed without this, it would appear cut off.
        out.abort();
        throw e;
      }
    }
  }
}
