package io.gateau.jobs.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class InterruptionTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  /** A job that waits to be interrupted, beside a pool that complains when it is. */
  static final class Waiting {
    private Waiting() {}

    public static void main(String[] args) {
      Runtime.getRuntime().addShutdownHook(new Thread(Waiting::complain));
      int code =
          Interruption.announcing(
              "what was scored stays",
              System.err,
              () -> {
                System.out.println("at work");
                return waitForEver();
              });
      System.exit(code);
    }

    private static void complain() {
      while (!Interruption.isUnderway()) {
        Thread.onSpinWait();
      }
      new IllegalStateException("a task was rejected").printStackTrace();
    }

    private static int waitForEver() {
      try {
        TimeUnit.HOURS.sleep(1);
        return 0;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void aJobThatEndsByItselfSaysNothing() {
    assertEquals(7, Interruption.announcing("stays", err, () -> 7), "the job's own code");
    assertThrows(
        IllegalStateException.class,
        () ->
            Interruption.announcing(
                "stays",
                err,
                () -> {
                  throw new IllegalStateException("its own trouble");
                }));
    assertFalse(Interruption.isUnderway(), "nothing is underway afterwards");
    assertEquals("", bytes.toString(StandardCharsets.UTF_8));
  }

  @Test
  @Timeout(60)
  void ctrlCSaysWhatStaysAndEndsWith130() throws IOException, InterruptedException {
    // A test started in the background of a script inherits "ignore SIGINT"; GNU env undoes that.
    Process probe = new ProcessBuilder("env", "--default-signal=INT", "true").start();
    assumeTrue(probe.waitFor() == 0, "needs an env that resets signals");
    Process job =
        new ProcessBuilder(
                "env",
                "--default-signal=INT",
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                Waiting.class.getName())
            .start();
    try (BufferedReader out = job.inputReader();
        BufferedReader errors = job.errorReader()) {
      assertEquals("at work", out.readLine(), "the job has begun");
      new ProcessBuilder("kill", "-INT", Long.toString(job.pid())).start().waitFor();
      assertTrue(job.waitFor(30, TimeUnit.SECONDS), "the job ends");
      assertEquals(130, job.exitValue(), "exit code");
      List<String> said = errors.lines().filter(line -> !line.isBlank()).toList();
      assertEquals(List.of("what was scored stays"), said, "the message and nothing else");
    } finally {
      job.destroyForcibly();
    }
  }
}
