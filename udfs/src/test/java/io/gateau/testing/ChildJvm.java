package io.gateau.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a class in a JVM of its own, for tests of what concerns a whole process. */
public final class ChildJvm {
  private ChildJvm() {}

  /**
   * Runs a class's main method with this class path.
   *
   * @return the text that it wrote to standard output and standard error
   * @throws AssertionError if it did not end with exit code 0
   */
  public static String run(Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dai.djl.pytorch.num_threads=1",
                "-Dai.djl.pytorch.num_interop_threads=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // Freed memory goes back to the system at once, so that a measurement shows what is in use.
    builder.environment().put("MALLOC_MMAP_THRESHOLD_", "1048576");
    // It would hide whether the program itself tells DJL to report nothing.
    builder.environment().remove("OPT_OUT_TRACKING");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(
          main.getName() + " ended with " + process.exitValue() + ": " + output);
    }
    return output;
  }
}
