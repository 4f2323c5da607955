package io.gateau.pipeline.read.file;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names of input files. They are made distinct, because ids are made of them: two files of one
 * name, say from two directories, take as many of their parent folders in front as it needs to tell
 * them apart.
 */
final class FileNames {

  private FileNames() {}

  /** The files in the order given, with distinct names; their paths are distinct already. */
  static List<InputFile> distinct(List<InputFile> files) {
    List<InputFile> named = new ArrayList<>(files);
    boolean changed = true;
    while (changed) {
      changed = false;
      Map<String, Integer> count = new HashMap<>();
      named.forEach(file -> count.merge(file.name(), 1, Integer::sum));
      for (int i = 0; i < named.size(); i++) {
        InputFile file = named.get(i);
        if (count.getOrDefault(file.name(), 0) > 1 && !file.name().equals(file.path())) {
          named.set(i, file.withName(longer(file)));
          changed = true;
        }
      }
    }
    return List.copyOf(named);
  }

  /** Whether a name in a folder is passed over. */
  static boolean isHidden(String name) {
    return name.startsWith("_") || name.startsWith(".");
  }

  /** The name with one more folder of the path in front. */
  private static String longer(InputFile file) {
    String path = file.path();
    int start = path.length() - file.name().length();
    int slash = path.lastIndexOf('/', start - 2);
    return slash < 0 ? path : path.substring(slash + 1);
  }
}
