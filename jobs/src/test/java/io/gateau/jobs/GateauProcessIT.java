package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.jobs.testing.GateauProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateauProcessIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String ENDS_AT_ONCE = "org.apache.spark.deploy.SparkSubmit";
  private static final String RUNS_FOR_EVER = "org.apache.spark.deploy.master.Master";

  @TempDir Path folder;

  @Test
  void aProgramThatEndsGivesItsExitCodeAndItsOutput() {
    try (GateauProcess process = GateauProcess.start(folder, ENDS_AT_ONCE, List.of("--version"))) {
      assertEquals(0, process.exitCode(LIMIT));
      assertTrue(process.stderr().contains("version 4."), process.stderr());
    }
  }

  @Test
  void aProgramThatRefusesItsArgumentsGivesANonZeroExitCode() {
    try (GateauProcess process = GateauProcess.start(folder, ENDS_AT_ONCE, List.of("--wrong"))) {
      assertEquals(1, process.exitCode(LIMIT));
    }
  }

  @Test
  void aKilledProgramEndsWith137() {
    try (GateauProcess process = startMaster()) {
      assertTrue(process.isAlive());
      process.kill();
      assertFalse(process.isAlive());
      assertEquals(137, process.exitCode(LIMIT));
    }
  }

  @Test
  void anInterruptedProgramEndsWith130() {
    try (GateauProcess process = startMaster()) {
      process.interrupt();
      assertEquals(130, process.exitCode(LIMIT));
    }
  }

  @Test
  void aProgramThatNeverSaysWhatIsAwaitedIsReportedWithItsOutput() {
    try (GateauProcess process = startMaster()) {
      IllegalStateException silent =
          assertThrows(
              IllegalStateException.class,
              () -> process.awaitOutput("no such text", Duration.ofMillis(200)));
      assertTrue(
          silent
              .getMessage()
              .startsWith("Master has run for PT0.2S without writing `no such text`"),
          silent.getMessage());
      assertTrue(silent.getMessage().contains("Starting Spark master"), silent.getMessage());
    }
  }

  private GateauProcess startMaster() {
    GateauProcess process =
        GateauProcess.start(
            folder,
            RUNS_FOR_EVER,
            List.of("--host", "127.0.0.1", "--port", "0", "--webui-port", "0"),
            List.of("-Xmx256m", "-Dspark.master.rest.enabled=false"),
            Map.of());
    process.awaitOutput("started at http://", LIMIT);
    return process;
  }
}
