package io.gateau.pipeline.read.file;

import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.net.URI;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * One file to read.
 *
 * @param uri where it is, for Hadoop
 * @param path where it is, for people: the full path, without a scheme if it is local
 * @param name what ids are made of: relative to the directory given, else the base name
 * @param format what its extension says
 * @param bytes how long it was when it was found
 */
public record InputFile(URI uri, String path, String name, InputFormat format, long bytes)
    implements Serializable {

  @Serial private static final long serialVersionUID = 1;

  /** Checks that every part is there. */
  public InputFile {
    Objects.requireNonNull(uri, "uri");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(format, "format");
  }

  /** The location for Hadoop. */
  public Path hadoopPath() {
    return new Path(uri);
  }

  /**
   * Opens the file.
   *
   * @throws IOException if it cannot be opened
   */
  public FSDataInputStream open(Configuration hadoop) throws IOException {
    return fileSystem(hadoop).open(hadoopPath());
  }

  /** Opens the file with a buffer of so many bytes. */
  public FSDataInputStream open(Configuration hadoop, int buffer) throws IOException {
    return fileSystem(hadoop).open(hadoopPath(), buffer);
  }

  /** Hadoop cannot look for the checksums of a local file with a colon in its name. */
  private FileSystem fileSystem(Configuration hadoop) throws IOException {
    FileSystem fileSystem = hadoopPath().getFileSystem(hadoop);
    return fileSystem instanceof LocalFileSystem local && hadoopPath().getName().contains(":")
        ? local.getRaw()
        : fileSystem;
  }

  /** A copy of which ids are made with another name. */
  InputFile withName(String newName) {
    return new InputFile(uri, path, newName, format, bytes);
  }

  /** A location as people write it. */
  public static String display(URI uri) {
    return "file".equals(uri.getScheme()) ? uri.getPath() : new Path(uri).toString();
  }
}
