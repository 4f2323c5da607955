package io.gateau.jobs.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** Puts a class of the tests into a jar, for processes whose class path has no tests. */
public final class ClassJar {
  private ClassJar() {}

  /** Writes a jar of a class and of the classes that it declares. */
  public static Path write(Path file, Class<?> one) throws IOException {
    List<Class<?>> classes = new ArrayList<>(Arrays.asList(one.getDeclaredClasses()));
    classes.add(one);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file))) {
      for (Class<?> each : classes) {
        String entry = each.getName().replace('.', '/') + ".class";
        out.putNextEntry(new JarEntry(entry));
        try (InputStream in = one.getResourceAsStream("/" + entry)) {
          in.transferTo(out);
        }
        out.closeEntry();
      }
    }
    return file;
  }
}
