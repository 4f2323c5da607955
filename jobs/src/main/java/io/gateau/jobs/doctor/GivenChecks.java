package io.gateau.jobs.doctor;

import io.gateau.model.Bytes;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.pipeline.OutputFolder;
import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.file.InputFiles;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.score.ModelRole;
import io.gateau.udf.FetchedModels;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** What the user names: models, input and output, on this machine or in an object store. */
final class GivenChecks {
  private GivenChecks() {}

  static Finding model(String name, ModelSpec spec, Configuration hadoop) {
    ModelSpec local = FetchedModels.local(spec, hadoop);
    ModelConfig config = local.config(Checkpoint.open(local.directory()));
    return Finding.ok(
        name,
        "%s: %d layers, hidden size %d, vocabulary %d, rotary base %s"
            .formatted(
                spec.path(),
                config.layers(),
                config.hiddenSize(),
                config.vocabularySize(),
                config.ropeTheta()));
  }

  /** Whether both models read the same tokens. */
  static Finding pair(ModelSpec shortModel, ModelSpec longModel, Configuration hadoop) {
    SignalConfig.requireSiblings(
        Map.of(
            ModelRole.SHORT,
            Checkpoint.open(FetchedModels.local(shortModel, hadoop).directory()),
            ModelRole.LONG,
            Checkpoint.open(FetchedModels.local(longModel, hadoop).directory())));
    return Finding.ok("pair", "both models read the same tokens");
  }

  static Finding input(List<String> paths, Configuration hadoop) {
    List<InputFile> files = InputFiles.find(paths, hadoop);
    long bytes = files.stream().mapToLong(InputFile::bytes).sum();
    List<String> others = InputFiles.passedOver(paths, hadoop);
    String text = "%d files, %s".formatted(files.size(), Bytes.text(bytes));
    return others.isEmpty()
        ? Finding.ok("input", text)
        : Finding.warning(
            "input",
            text,
            "%d files are not read, such as %s: their names have no known extension"
                .formatted(others.size(), others.get(0)));
  }

  /** Writes, reads and deletes a file. */
  static Finding output(String path, Configuration hadoop) throws IOException {
    OutputFolder folder = OutputFolder.at(hadoop, path);
    Path place = folder.selection(OutputFolder.UNNAMED);
    FileSystem fileSystem = place.getFileSystem(hadoop);
    Optional<Path> made = topmostMissing(fileSystem, place);
    Path probe = new Path(place, ".gateau-doctor-" + UUID.randomUUID());
    long length;
    try {
      try (FSDataOutputStream out = fileSystem.create(probe)) {
        out.write(1);
      }
      length = fileSystem.getFileStatus(probe).getLen();
    } finally {
      fileSystem.delete(probe, false);
      if (made.isPresent()) {
        deleteEmpty(fileSystem, place, made.get());
      }
    }
    return length == 1
        ? Finding.ok("output", "%s can be written and read".formatted(path))
        : Finding.fault(
            "output",
            "%s gives back %d bytes where 1 was written".formatted(path, length),
            "use another file system");
  }

  /** Deletes folders on the way up, up to one of them, as long as nobody else has used them. */
  private static void deleteEmpty(FileSystem fileSystem, Path from, Path top) throws IOException {
    for (Path at = from; fileSystem.exists(at); at = at.getParent()) {
      if (fileSystem.listStatus(at).length > 0) {
        return;
      }
      fileSystem.delete(at, false);
      if (at.equals(top)) {
        return;
      }
    }
  }

  /** The first folder on the way down that is not there. */
  private static Optional<Path> topmostMissing(FileSystem fileSystem, Path place)
      throws IOException {
    Optional<Path> missing = Optional.empty();
    for (Path at = place; at != null && !fileSystem.exists(at); at = at.getParent()) {
      missing = Optional.of(at);
    }
    return missing;
  }
}
