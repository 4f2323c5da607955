package io.gateau.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder {@code shared} beside the checkout, with a real checkpoint and an oracle's numbers.
 *
 * <p>It is not part of the repository. A test that reads it must be conditional on {@link
 * #present()}; the tests with generated checkpoints cover a clone without it.
 */
public final class SharedFolder {

  private SharedFolder() {}

  /** Looks beside the module, then beside each folder above it. */
  public static Optional<Path> find() {
    Path module = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    return Stream.iterate(module, folder -> folder != null, Path::getParent)
        .map(folder -> folder.resolveSibling("shared"))
        .filter(shared -> Files.isDirectory(shared.resolve("oracle")))
        .findFirst();
  }

  /** Whether there is such a folder: for {@code @EnabledIf}. */
  public static boolean present() {
    return find().isPresent();
  }
}
