package io.gateau.model.checkpoint;

import io.gateau.model.checkpoint.SafetensorsFile.StoredDtype;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The safetensors files of a model directory, opened, and which of them holds each tensor. */
final class SafetensorsShards {
  private final List<Path> paths;
  private final Map<String, SafetensorsFile> fileOf;

  private SafetensorsShards(List<Path> paths, Map<String, SafetensorsFile> fileOf) {
    this.paths = paths;
    this.fileOf = fileOf;
  }

  /**
   * Opens every shard of a directory; reads the headers only.
   *
   * @throws ModelException if a shard is missing or damaged, or two of them hold one tensor
   */
  static SafetensorsShards open(Path directory) {
    List<Path> paths = SafetensorsIndex.shards(directory);
    Map<String, SafetensorsFile> fileOf = new TreeMap<>();
    for (Path path : paths) {
      SafetensorsFile file = SafetensorsFile.open(path);
      for (String tensor : file.tensors().keySet()) {
        SafetensorsFile other = fileOf.put(tensor, file);
        if (other != null) {
          throw new ModelException(
              "%s: tensor %s is also in %s; only one of them can be meant, so save or download the model again"
                  .formatted(path, tensor, other.path().getFileName()));
        }
      }
    }
    return new SafetensorsShards(paths, fileOf);
  }

  /** The shards in the order of their names. */
  List<Path> paths() {
    return paths;
  }

  /** The names of all tensors, in alphabetical order. */
  Set<String> tensors() {
    return Collections.unmodifiableSet(fileOf.keySet());
  }

  /** The file that holds a tensor; empty if none does. */
  Optional<SafetensorsFile> fileOf(String tensor) {
    return Optional.ofNullable(fileOf.get(tensor));
  }

  /** Every dtype that at least one tensor is stored in. */
  Set<StoredDtype> storedDtypes() {
    Set<StoredDtype> dtypes = EnumSet.noneOf(StoredDtype.class);
    fileOf.forEach((tensor, file) -> dtypes.add(file.tensors().get(tensor).dtype()));
    return dtypes;
  }
}
