package io.gateau.model;

import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The homologous pair that comes with this program: {@code embedded:short} and {@code
 * embedded:long} stand for model directories. Each process unpacks its own copy from the class path
 * when it first needs it and deletes it when it ends, so that the names mean the same on every
 * machine.
 */
public final class EmbeddedModels {
  /** What the names of embedded models begin with. */
  public static final String PREFIX = "embedded:";

  public static final String SHORT = PREFIX + "short";
  public static final String LONG = PREFIX + "long";

  private static final List<String> FILES =
      List.of(ModelConfig.FILE, Tokenizer.FILE, Checkpoint.WEIGHTS_FILE);
  private static final Map<String, Path> UNPACKED = new HashMap<>();

  private EmbeddedModels() {}

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
          "no model " + name + " comes with this program; use " + SHORT + " or " + LONG);
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
                "the class path lacks "
                    + folder
                    + file
                    + ", a part of "
                    + name
                    + "; build the program again");
          }
          Files.copy(in, copy);
        }
      }
      return directory;
    } catch (IOException e) {
      throw new ModelException(
          name
              + " cannot be unpacked into "
              + System.getProperty("java.io.tmpdir")
              + " ("
              + e.getMessage()
              + "); make room there, or set java.io.tmpdir to a folder that can be written",
          e);
    }
  }
}
