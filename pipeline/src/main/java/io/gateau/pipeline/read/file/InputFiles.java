package io.gateau.pipeline.read.file;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Finds the files that a run reads: each once, in the order of their paths.
 *
 * <p>In directories and globs, hidden names (a leading {@code _} or {@code .}), unknown extensions
 * and what is no regular file (pipes, devices) are passed over; a file named outright must be a
 * regular one with a known extension. A local file that several links lead to is read once.
 */
public final class InputFiles {

  private static final Pattern CHARACTER_SEPARATED =
      Pattern.compile("\\.(csv|tsv)(\\.gz)?$", Pattern.CASE_INSENSITIVE);

  private final Configuration hadoop;
  private final Map<String, InputFile> found = new TreeMap<>();
  private final Set<java.nio.file.Path> realFiles = new HashSet<>();
  private final Set<String> passedOver = new TreeSet<>();

  private InputFiles(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /**
   * The files of these inputs.
   *
   * @throws InputException if an input does not exist or holds nothing that can be read
   */
  public static List<InputFile> find(List<String> inputs, Configuration hadoop) {
    return FileNames.distinct(List.copyOf(list(inputs, hadoop).found.values()));
  }

  /**
   * The files in directories and globs that {@link #find} passes over though their names are not
   * hidden, as full paths, sorted.
   *
   * @throws InputException as {@link #find}
   */
  public static List<String> passedOver(List<String> inputs, Configuration hadoop) {
    return List.copyOf(list(inputs, hadoop).passedOver);
  }

  private static InputFiles list(List<String> inputs, Configuration hadoop) {
    InputFiles files = new InputFiles(hadoop);
    for (String input : inputs) {
      try {
        files.add(input);
      } catch (IOException | IllegalArgumentException e) {
        if (e.getCause() instanceof URISyntaxException name && name.getInput().contains(":")) {
          throw colon(input, name.getInput(), e);
        }
        throw new InputException(
            "cannot list the input %s: %s; check the path, its scheme and your access to it"
                .formatted(input, e.getMessage()),
            e);
      }
    }
    return files;
  }

  private void add(String input) throws IOException {
    Path path = new Path(input);
    FileSystem fs = path.getFileSystem(hadoop);
    List<FileStatus> matches = matches(fs, path);
    if (matches.isEmpty()) {
      throw missing(fs, path, input);
    }
    boolean outright = matches.size() == 1 && fs.exists(path);
    boolean named = outright && matches.get(0).isFile();
    if (named && InputFormat.of(path.getName()).isEmpty()) {
      throw new InputException(
          "the input %s has an unknown extension; %s".formatted(input, remedy(path.getName())));
    }
    boolean local = fs instanceof LocalFileSystem;
    if (named && local && !Files.isRegularFile(localPath(matches.get(0).getPath()))) {
      throw new InputException(
          "the input %s is no regular file but a pipe, socket or device; write its bytes to a file, and name that"
              .formatted(input));
    }
    int readable = 0;
    for (FileStatus match : matches) {
      Path place = match.getPath();
      if (!outright && FileNames.isHidden(place.getName())) {
        continue;
      }
      if (match.isDirectory()) {
        readable += local ? addLocalFolder(place) : addDirectory(fs, place);
      } else {
        readable +=
            local
                ? addLocalFile(localPath(place), place.getName())
                : addFile(place, match.getLen(), place.getName());
      }
    }
    if (readable == 0) {
      throw new InputException(
          "the input %s holds no file that can be read; known extensions are %s (names starting with _ or . are passed over)"
              .formatted(input, InputFormat.EXTENSIONS));
    }
  }

  /** The path itself if it exists, else what it matches as a glob. */
  private static String remedy(String name) {
    return CHARACTER_SEPARATED.matcher(name).find()
        ? "CSV and TSV say nothing of types and broken lines, so they are not read: write it as Parquet, such as with duckdb -c \"copy (from '%s') to '%s.parquet'\""
            .formatted(name, name)
        : "rename it to one of %s".formatted(InputFormat.EXTENSIONS);
  }

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
      FileStatus file = files.next();
      String name = file.getPath().toUri().getPath().substring(prefix.length());
      if (Arrays.stream(name.split(Path.SEPARATOR)).noneMatch(FileNames::isHidden)) {
        readable += addFile(file.getPath(), file.getLen(), name);
      }
    }
    return readable;
  }

  private int addLocalFolder(Path folder) throws IOException {
    int readable = 0;
    java.nio.file.Path root = localPath(folder);
    for (java.nio.file.Path file : LocalFolder.files(root)) {
      readable += addLocalFile(file, root.relativize(file).toString());
    }
    return readable;
  }

  private int addLocalFile(java.nio.file.Path file, String name) throws IOException {
    if (InputFormat.of(name).isEmpty() || !Files.isRegularFile(file)) {
      passedOver.add(file.toString());
      return 0;
    }
    // In three parts a path may hold a colon.
    return realFiles.add(file.toRealPath())
        ? addFile(new Path("file", "", file.toString()), Files.size(file), name)
        : 1;
  }

  private static java.nio.file.Path localPath(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }

  /** Adds one file, unless it is there already; returns how many readable files it is. */
  private int addFile(Path file, long bytes, String name) {
    Optional<InputFormat> format = InputFormat.of(file.getName());
    if (format.isEmpty()) {
      passedOver.add(InputFile.display(file.toUri()));
      return 0;
    }
    InputFile input =
        new InputFile(file.toUri(), InputFile.display(file.toUri()), name, format.get(), bytes);
    found.putIfAbsent(input.path(), input);
    return 1;
  }

  private static InputException colon(String input, String name, Exception cause) {
    return new InputException(
        name.equals(input)
            ? "the input %s has a colon in its first name, which would make it a scheme; begin it with / or ./"
                .formatted(input)
            : "the input %s cannot be matched, because Hadoop's globs cannot read the file name %s with its colon; rename that file, or name the folder instead of a glob"
                .formatted(input, name),
        cause);
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
