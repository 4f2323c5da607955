package io.gateau.pipeline.read.file;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Finds the files that a run reads: each once, in the order of their paths.
 *
 * <p>In directories and globs, hidden names (a leading {@code _} or {@code .}) and unknown
 * extensions are passed over; a file named outright must have a known extension.
 */
public final class InputFiles {

  private final Configuration hadoop;
  private final Map<String, InputFile> found = new TreeMap<>();

  private InputFiles(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /**
   * The files of these inputs.
   *
   * @throws InputException if an input does not exist or holds nothing that can be read
   */
  public static List<InputFile> find(List<String> inputs, Configuration hadoop) {
    InputFiles files = new InputFiles(hadoop);
    for (String input : inputs) {
      try {
        files.add(input);
      } catch (IOException | IllegalArgumentException e) {
        throw new InputException(
            "cannot list the input %s: %s; check the path, its scheme and your access to it"
                .formatted(input, e.getMessage()),
            e);
      }
    }
    return FileNames.distinct(List.copyOf(files.found.values()));
  }

  private void add(String input) throws IOException {
    Path path = new Path(input);
    FileSystem fs = path.getFileSystem(hadoop);
    List<FileStatus> matches = matches(fs, path);
    if (matches.isEmpty()) {
      throw missing(fs, path, input);
    }
    boolean named = matches.size() == 1 && matches.get(0).isFile() && fs.exists(path);
    if (named && InputFormat.of(path.getName()).isEmpty()) {
      throw new InputException(
          "the input %s has an unknown extension; rename it to one of %s"
              .formatted(input, InputFormat.EXTENSIONS));
    }
    int readable = 0;
    for (FileStatus match : matches) {
      if (match.isDirectory()) {
        readable += addDirectory(fs, match.getPath());
      } else if (named || !isHidden(match.getPath().getName())) {
        readable += addFile(match.getPath(), match.getPath().getName());
      }
    }
    if (readable == 0) {
      throw new InputException(
          "the input %s holds no file that can be read; known extensions are %s (names starting with _ or . are passed over)"
              .formatted(input, InputFormat.EXTENSIONS));
    }
  }

  /** The path itself if it exists, else what it matches as a glob. */
  private static List<FileStatus> matches(FileSystem fs, Path path) throws IOException {
    try {
      return List.of(fs.getFileStatus(path));
    } catch (FileNotFoundException e) {
      return Optional.ofNullable(fs.globStatus(path)).map(Arrays::asList).orElse(List.of());
    }
  }

  private int addDirectory(FileSystem fs, Path root) throws IOException {
    int readable = 0;
    String prefix = root.toUri().getPath() + (root.isRoot() ? "" : Path.SEPARATOR);
    RemoteIterator<LocatedFileStatus> files = fs.listFiles(root, true);
    while (files.hasNext()) {
      Path file = files.next().getPath();
      String name = file.toUri().getPath().substring(prefix.length());
      if (Arrays.stream(name.split(Path.SEPARATOR)).noneMatch(InputFiles::isHidden)) {
        readable += addFile(file, name);
      }
    }
    return readable;
  }

  /** Adds one file, unless it is there already; returns how many readable files it is. */
  private int addFile(Path file, String name) {
    Optional<InputFormat> format = InputFormat.of(file.getName());
    if (format.isEmpty()) {
      return 0;
    }
    if (format.get() == InputFormat.PARQUET && isHidden(file.getName())) {
      throw new InputException(
          "Spark passes over the Parquet file %s because of its leading _ or .; rename it"
              .formatted(InputFile.display(file.toUri())));
    }
    InputFile input =
        new InputFile(file.toUri(), InputFile.display(file.toUri()), name, format.get());
    found.putIfAbsent(input.path(), input);
    return 1;
  }

  private static boolean isHidden(String name) {
    return name.startsWith("_") || name.startsWith(".");
  }

  private static InputException missing(FileSystem fs, Path path, String input) throws IOException {
    Path parent = fs.makeQualified(path).getParent();
    if (parent == null || !fs.exists(parent)) {
      return new InputException(
          "the input %s does not exist, nor does its folder %s; check the path"
              .formatted(input, parent == null ? input : InputFile.display(parent.toUri())));
    }
    List<String> names = new ArrayList<>();
    for (FileStatus sibling : fs.listStatus(parent)) {
      names.add(sibling.getPath().getName());
    }
    names.sort(Comparator.naturalOrder());
    List<String> near = NearNames.of(path.getName(), names);
    return new InputException(
        "the input %s does not exist; %s"
            .formatted(
                input,
                near.isEmpty()
                    ? "its folder %s has nothing of a similar name"
                        .formatted(InputFile.display(parent.toUri()))
                    : "did you mean %s in the same folder?".formatted(String.join(" or ", near))));
  }
}
