package io.gateau.pipeline.read.file;

import java.io.Serial;
import java.io.Serializable;
import java.net.URI;
import java.util.Objects;
import org.apache.hadoop.fs.Path;

/**
 * One file to read.
 *
 * @param uri where it is, for Hadoop
 * @param path where it is, for people: the full path, without a scheme if it is local
 * @param name what ids are made of: relative to the directory given, else the base name
 * @param format what its extension says
 */
public record InputFile(URI uri, String path, String name, InputFormat format)
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

  /** A copy of which ids are made with another name. */
  InputFile withName(String newName) {
    return new InputFile(uri, path, newName, format);
  }

  /** A location as people write it. */
  public static String display(URI uri) {
    return "file".equals(uri.getScheme()) ? uri.getPath() : new Path(uri).toString();
  }
}
