package io.gateau.pipeline.inflight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.score.SampleStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that is not closed is that of a JVM which ended. */
class InFlightLogTest {
  @TempDir Path folder;

  private InFlightFolder inFlight() {
    return InFlightFolder.of(new org.apache.hadoop.fs.Path(folder.toUri()), new Configuration());
  }

  @Test
  void nothingIsSuspectedWhereNothingWasInWork() {
    assertEquals(Suspects.NONE, inFlight().suspects());
    inFlight().clear();
  }

  @Test
  void whatSharedItsPassesIsSuspectedAndNotGivenUp() throws InterruptedException {
    for (int death = 0; death < 3; death++) {
      InFlightLog log = new InFlightLog(inFlight(), "run-0-" + death, true);
      log.begin("a");
      log.begin("b");
      endsWithItsJvm(log, "run-0-" + death);
    }

    Suspects suspects = inFlight().suspects();

    assertEquals(2, suspects.size());
    assertEquals(new Suspicion(0, 3, false), suspects.of("a").orElseThrow());
    assertEquals(Optional.empty(), suspects.of("a").orElseThrow().verdict());
    assertEquals(Optional.empty(), suspects.of("c"));
  }

  @Test
  void aSampleThatEndsTwoProcessesIsGivenUpIfItWasAloneInOne() throws Exception {
    InFlightLog together = new InFlightLog(inFlight(), "run-0-1", true);
    together.begin("a");
    endsWithItsJvm(together, "run-0-1");
    assertEquals(Optional.empty(), verdict("a"));

    InFlightLog alone = new InFlightLog(inFlight(), "run-0-2", false);
    alone.beginAlone("a");
    endsWithItsJvm(alone, "run-0-2");
    assertEquals(Optional.of(SampleStatus.CRASHED), verdict("a"));
    assertEquals(new Suspicion(1, 0, false), inFlight().suspects("run-0-2").of("a").orElseThrow());

    Files.delete(folder.resolve("_in-flight/run-0-1"));
    assertEquals(Optional.empty(), verdict("a"), "one death may have another reason");
    inFlight().clear();
    assertEquals(Suspects.NONE, inFlight().suspects());
  }

  @Test
  void aTimeOutDecidesOnlyAboutOneSample() throws Exception {
    InFlightLog log = new InFlightLog(inFlight(), "run-0-0", true);
    log.begin("a");
    log.begin("b");
    log.timedOut();
    endsWithItsJvm(log, "run-0-0");
    assertEquals(Optional.empty(), verdict("a"));

    log.begin("a");
    log.timedOut();
    endsWithItsJvm(log, "run-0-0");
    assertEquals(Optional.of(SampleStatus.TIMED_OUT), verdict("a"));
    assertEquals(Optional.empty(), inFlight().suspects().of("b"));
  }

  private Optional<SampleStatus> verdict(String key) {
    return inFlight().suspects().of(key).orElseThrow().verdict();
  }

  /** The lock goes with the JVM, and the file stays. */
  private void endsWithItsJvm(InFlightLog log, String name) {
    Path file = folder.resolve("_in-flight").resolve(name);
    try {
      byte[] content = Files.readAllBytes(file);
      log.end();
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aLogThatIsNotWrittenHasNoFile() throws InterruptedException {
    InFlightLog log = new InFlightLog(inFlight(), "run-0-0", false);
    log.begin("a");
    assertTrue(Files.notExists(folder.resolve("_in-flight")));
    log.close();
  }

  @Test
  void aFileThatWasNotFinishedTellsNothing() throws Exception {
    Files.createDirectories(folder.resolve("_in-flight"));
    Files.writeString(folder.resolve("_in-flight/run-0-0"), "");
    assertEquals(Suspects.NONE, inFlight().suspects());
  }

  @Test
  void suspectsOfOneProcessWaitForEachOther() throws InterruptedException {
    InFlightLog first = new InFlightLog(inFlight(), "run-0-0", false);
    first.beginAlone("a");
    AtomicBoolean begun = new AtomicBoolean();
    CountDownLatch waiting = new CountDownLatch(1);
    Thread second =
        new Thread(
            () -> {
              InFlightLog log = new InFlightLog(inFlight(), "run-1-0", false);
              waiting.countDown();
              try {
                log.beginAlone("b");
              } catch (InterruptedException e) {
                return;
              }
              begun.set(true);
              log.end();
            });
    second.start();
    waiting.await();
    while (second.getState() != Thread.State.WAITING) {
      Thread.sleep(5);
    }
    assertFalse(begun.get(), "the second suspect began");

    first.end();
    second.join();
    assertTrue(begun.get(), "the second suspect never began");
  }
}
