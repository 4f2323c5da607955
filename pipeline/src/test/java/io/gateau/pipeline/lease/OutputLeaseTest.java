package io.gateau.pipeline.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.pipeline.read.file.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holders of other processes and machines are made up here; runs of two processes are in jobs. */
class OutputLeaseTest {
  private static final Duration QUICK = Duration.ofMillis(300);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private OutputLease take() throws IOException {
    return OutputLease.take(
        FileSystem.getLocal(new Configuration()),
        new org.apache.hadoop.fs.Path(folder.toString()),
        "select",
        QUICK);
  }

  private Path file() {
    return folder.resolve("_lease.json");
  }

  private void write(LeaseHolder holder) throws IOException {
    Files.write(file(), JSON.writeValueAsBytes(holder));
  }

  private static LeaseHolder elsewhere(long beat) {
    return new LeaseHolder("x", "score", "other-host", 1, 2, "2026-01-01T00:00:00Z", beat);
  }

  @Test
  void aProcessOfThisMachineThatHasEndedIsFollowedAtOnce() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    LeaseHolder here = LeaseHolder.here("score");
    write(new LeaseHolder("x", "score", here.host(), ended.pid(), 5, here.since(), 7));

    try (OutputLease lease = take()) {
      lease.requireHeld();
    }
    assertTrue(Files.notExists(file()), "the lease was let go");
  }

  @Test
  void aHolderElsewhereThatDoesNotRenewIsFollowed() throws Exception {
    write(elsewhere(3));

    try (OutputLease lease = take()) {
      lease.requireHeld();
    }
  }

  @Test
  void aHolderElsewhereThatRenewsIsRespected() throws Exception {
    write(elsewhere(3));
    AtomicBoolean refusedYet = new AtomicBoolean();
    Thread renewing =
        new Thread(
            () -> {
              try {
                for (long beat = 4; !refusedYet.get(); beat++) {
                  write(elsewhere(beat));
                  Thread.sleep(QUICK.toMillis());
                }
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    renewing.start();

    InputException refused = assertThrows(InputException.class, this::take);

    refusedYet.set(true);
    renewing.join();
    assertEquals(
        "output "
            + folder
            + " is in use by gateau score on other-host (process 1, since 2026-01-01T00:00:00Z);"
            + " wait for its end, or name another output",
        refused.getMessage());
  }

  @Test
  void aLeaseThatAnotherTookIsLostAndNotDeleted() throws Exception {
    try (OutputLease lease = take()) {
      write(elsewhere(0));
      InputException lost = null;
      while (lost == null) {
        Thread.sleep(20);
        try {
          lease.requireHeld();
        } catch (InputException e) {
          lost = e;
        }
      }
      assertTrue(lost.getMessage().contains("was taken over by gateau score on other-host"));
    }
    assertTrue(Files.exists(file()), "the other's lease stays");
  }

  @Test
  void aLeaseIsRenewed() throws Exception {
    try (OutputLease lease = take()) {
      while (JSON.readTree(Files.readAllBytes(file())).path("beat").asLong() < 2) {
        Thread.sleep(20);
      }
      lease.requireHeld();
    }
  }
}
