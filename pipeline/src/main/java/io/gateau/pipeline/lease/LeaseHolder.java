package io.gateau.pipeline.lease;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * Who holds a lease: the content of its file.
 *
 * @param id of the lease
 * @param work what is done, such as {@code score}
 * @param host name of the machine
 * @param process id of the process on that machine
 * @param processStarted when the process started, in milliseconds since 1970; 0 if unknown
 * @param since when the lease was taken, ISO 8601
 * @param beat number of renewals
 */
record LeaseHolder(
    String id,
    String work,
    String host,
    long process,
    long processStarted,
    String since,
    long beat) {

  /** A new lease of this process. */
  static LeaseHolder here(String work) {
    ProcessHandle self = ProcessHandle.current();
    return new LeaseHolder(
        UUID.randomUUID().toString(),
        work,
        hostName(),
        self.pid(),
        started(self),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        0);
  }

  /** The same lease, renewed. */
  LeaseHolder renewed() {
    return new LeaseHolder(id, work, host, process, processStarted, since, beat + 1);
  }

  /** Whether its process is known to have ended: it is one of this machine, and is gone. */
  boolean hasEnded() {
    return ofThisMachine() && !alive();
  }

  /** Whether its process is known to run: it is one of this machine. */
  boolean runs() {
    return ofThisMachine() && alive();
  }

  private boolean ofThisMachine() {
    return host.equals(hostName());
  }

  /** The number of a process that has ended may be another one's now. */
  private boolean alive() {
    return ProcessHandle.of(process)
        .filter(ProcessHandle::isAlive)
        .filter(handle -> started(handle) == processStarted)
        .isPresent();
  }

  @Override
  public String toString() {
    return "gateau %s on %s (process %d, since %s)".formatted(work, host, process, since);
  }

  private static long started(ProcessHandle handle) {
    return handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      // A machine without a name: its own processes only.
      return "localhost";
    }
  }
}
