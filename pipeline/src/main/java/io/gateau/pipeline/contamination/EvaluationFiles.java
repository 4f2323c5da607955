package io.gateau.pipeline.contamination;

import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.file.InputFiles;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** Finds the files of evaluation sets; none is passed over unnoticed. */
public final class EvaluationFiles {
  private EvaluationFiles() {}

  /**
   * The files that hold records.
   *
   * @param paths files, folders and globs of {@link ContaminationConfig#records}
   * @throws InputException if there is none, or a folder or glob holds others too
   */
  public static List<InputFile> records(List<String> paths, Configuration hadoop) {
    if (paths.isEmpty()) {
      return List.of();
    }
    List<String> passedOver;
    List<InputFile> files;
    try {
      passedOver = InputFiles.passedOver(paths, hadoop);
      files = InputFiles.find(paths, hadoop);
    } catch (InputException e) {
      throw new InputException("--exclude: %s".formatted(e.getMessage()), e);
    }
    if (!passedOver.isEmpty()) {
      throw new InputException(
          "--exclude would pass over %d files, such as %s: in folders and globs only JSON and Parquet are read; name .txt files one by one, or with a glob that ends in .txt, and move others away"
              .formatted(passedOver.size(), passedOver.get(0)));
    }
    return files;
  }

  /**
   * The files with one text a line.
   *
   * @param path a file or glob of {@link ContaminationConfig#lines}
   * @return full paths, sorted, at least one
   * @throws InputException if there is none
   */
  public static List<String> lines(String path, Configuration hadoop) {
    try {
      Path place = new Path(path);
      FileStatus[] found = place.getFileSystem(hadoop).globStatus(place);
      if (found == null || found.length == 0) {
        throw new InputException(
            "--exclude: %s does not exist; check the path, or its glob".formatted(path));
      }
      return List.of(found).stream().map(file -> file.getPath().toString()).sorted().toList();
    } catch (IOException | IllegalArgumentException e) {
      throw new InputException("--exclude: cannot list %s: %s".formatted(path, e.getMessage()), e);
    }
  }
}
