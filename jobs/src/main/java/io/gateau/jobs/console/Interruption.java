package io.gateau.jobs.console;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * Ctrl-C or SIGTERM while a job runs: Spark's own hooks stop the work, this one says what stays.
 * The JVM then exits with 128 plus the signal's number, 130 for Ctrl-C.
 */
public final class Interruption {
  private static final AtomicBoolean UNDERWAY = new AtomicBoolean();

  private Interruption() {}

  /** Whether the process is shutting down, so that an error now comes from that. */
  public static boolean isUnderway() {
    return UNDERWAY.get();
  }

  /** Runs a job, and prints the message if an interruption ends it. */
  public static int announcing(String message, PrintStream err, IntSupplier job) {
    Thread hook =
        new Thread(
            () -> {
              silenceStackTraces();
              UNDERWAY.set(true);
              silenceSpark();
              err.println();
              err.println(message);
              err.flush();
            },
            "gateau-interruption");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return job.getAsInt();
    } finally {
      if (!shutdownHasBegun(hook)) {
        UNDERWAY.set(false);
      }
    }
  }

  /** What is broken off now, the pools of Spark's tasks would print behind the message. */
  private static void silenceStackTraces() {
    System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
  }

  /** And Spark would log it as errors. */
  private static void silenceSpark() {
    Option<SparkSession> session = SparkSession.getDefaultSession();
    if (session.isDefined()) {
      session.get().sparkContext().setLogLevel("OFF");
    }
  }

  private static boolean shutdownHasBegun(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
      return false;
    } catch (IllegalStateException e) {
      // The only reason there is: the JVM is shutting down already.
      UNDERWAY.set(true);
      return true;
    }
  }
}
