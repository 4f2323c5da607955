package io.gateau.model;

import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.SafetensorsFile;
import io.gateau.model.checkpoint.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The homologous pair that comes with this program, under the names {@code embedded:short} and
 * {@code embedded:long}. Each process unpacks its own copy from the class path when it first needs
 * it and deletes it when it ends, so that the names mean the same models on every machine.
 */
public final class EmbeddedModels {
  private static final String PREFIX = "embedded:";

  /** The short-context model, A in the paper. */
  public static final String SHORT = PREFIX + "short";

  /** The long-context model, B in the paper. */
  public static final String LONG = PREFIX + "long";

  private static final List<String> FILES =
      List.of(ModelConfig.FILE, Tokenizer.FILE, SafetensorsFile.FILE);
  private static final Map<String, Path> UNPACKED = new HashMap<>();

  private EmbeddedModels() {}

  /** Whether a path is meant as the name of an embedded model. */
  static boolean isName(String path) {
    return path.startsWith(PREFIX);
  }

  /**
   * The directory of this process that holds an embedded model.
   *
   * @throws ModelException if there is none of that name or it cannot be unpacked
   */
  static synchronized Path directory(String name) {
    if (!name.equals(SHORT) && !name.equals(LONG)) {
      throw new ModelException(
          "no model %s comes with this program; use %s or %s".formatted(name, SHORT, LONG));
    }
    return UNPACKED.computeIfAbsent(name, EmbeddedModels::unpack);
  }

  private static Path unpack(String name) {
    String folder = "/io/gateau/pair/" + name.substring(PREFIX.length()) + "/";
    try {
      Path directory = Files.createTempDirectory("gateau-pair");
      // Deleted in the opposite order: the directory last.
      directory.toFile().deleteOnExit();
      for (String file : FILES) {
        Path copy = directory.resolve(file);
        copy.toFile().deleteOnExit();
        try (InputStream in = EmbeddedModels.class.getResourceAsStream(folder + file)) {
          if (in == null) {
            throw new ModelException(
                "the class path lacks %s%s, a part of %s; build the program again"
                    .formatted(folder, file, name));
          }
          Files.copy(in, copy);
        }
      }
      return directory;
    } catch (IOException e) {
      throw new ModelException(
          "%s cannot be unpacked into %s (%s); make room there, or set java.io.tmpdir to a folder that can be written"
              .formatted(name, System.getProperty("java.io.tmpdir"), e.getMessage()),
          e);
    }
  }
}
