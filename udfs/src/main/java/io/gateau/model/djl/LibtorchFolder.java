package io.gateau.model.djl;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The libtorch that the user names in {@code PYTORCH_LIBRARY_PATH}. DJL needs to hear more than its
 * folder: which of its own bridges to libtorch fits, and where CUDA's runtime is. Without the one
 * it asks for a bridge that does not exist; without the other it counts no GPU and says nothing.
 */
public final class LibtorchFolder {
  /** The variable that names the folder. */
  public static final String VARIABLE = "PYTORCH_LIBRARY_PATH";

  static final String FLAVOR = "PYTORCH_FLAVOR";

  /** Where JNA, with which DJL calls CUDA's runtime, looks first. */
  static final String JNA_PATH = "jna.library.path";

  /** The only bridge to a libtorch for CUDA that DJL has on this platform. */
  private static final String CUDA = "cu128";

  private static final String CPU = "cpu";

  /** Beside {@code torch/lib} in a Python installation. */
  private static final Path RUNTIME_OF_WHEEL = Path.of("..", "..", "nvidia", "cuda_runtime", "lib");

  private LibtorchFolder() {}

  /** Whether a folder holds a build of libtorch for CUDA. */
  public static boolean isForCuda(Path folder) {
    return Files.exists(folder.resolve(System.mapLibraryName("torch_cuda")));
  }

  /** Adds to the properties what they and the environment do not say of the folder. */
  static void describe(Map<String, String> environment, Properties properties) {
    Optional<Path> named = named(environment.getOrDefault(VARIABLE, ""));
    if (named.isEmpty()) {
      return;
    }
    Path folder = named.get();
    if (isMissing(environment.get(FLAVOR)) && isMissing(properties.getProperty(FLAVOR))) {
      properties.setProperty(FLAVOR, isForCuda(folder) ? CUDA : CPU);
    }
    if (isForCuda(folder)) {
      properties.setProperty(
          JNA_PATH,
          Stream.concat(
                  parts(properties.getProperty(JNA_PATH, "")),
                  Stream.of(folder, folder.resolve(RUNTIME_OF_WHEEL).normalize())
                      .map(Path::toString))
              .distinct()
              .collect(Collectors.joining(File.pathSeparator)));
    }
  }

  /** The first part of a path that holds libtorch, as DJL takes it. */
  private static Optional<Path> named(String path) {
    String library = System.mapLibraryName("torch");
    return parts(path)
        .map(part -> Path.of(part).toAbsolutePath())
        .map(part -> part.endsWith(library) ? part.getParent() : part)
        .filter(folder -> Files.isRegularFile(folder.resolve(library)))
        .findFirst();
  }

  private static Stream<String> parts(String path) {
    return Stream.of(path.split(File.pathSeparator)).filter(part -> !part.isBlank());
  }

  private static boolean isMissing(String value) {
    return value == null || value.isEmpty();
  }
}
