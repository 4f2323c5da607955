package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.jobs.settings.ConfigException;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.pipeline.read.file.InputException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class FailureTest {
  @Test
  void whatTheUserCanMendEndsWithTwoAndItsOwnMessage() {
    for (RuntimeException cause :
        List.of(
            new ModelException("model.safetensors lacks a tensor"),
            new InputException("samples.jsonl does not exist"),
            new ConfigException("alpha 2 is outside [0, 1]"))) {
      assertEquals(new Failure(2, "gateau: " + cause.getMessage()), Failure.of(cause), "bare");
      assertEquals(
          new Failure(2, "gateau: " + cause.getMessage()),
          Failure.of(
              new ExecutionException(
                  "Job aborted due to stage failure", new IllegalStateException("task", cause))),
          "wrapped by Spark");
    }
  }

  @Test
  void everythingElseEndsWithOne() {
    Failure failure =
        Failure.of(
            new ExecutionException("Job aborted", new java.io.IOException("No space left\n at x")));
    assertEquals(1, failure.exitCode(), "exit code");
    assertTrue(
        failure
            .message()
            .startsWith("gateau: failed on the way: java.io.IOException: No space left" + "\n"),
        failure.message());
    assertFalse(failure.message().contains("stays stored"), "nothing may have been scored");
  }

  /* The last failure of a task whose executors ran out of memory one after the other. */
  @Test
  void aFullHeapIsNamedInWhateverFormSparkTellsOfIt() {
    for (Throwable cause :
        List.of(
            new OutOfMemoryError("Java heap space"),
            new RejectedExecutionException(
                "Task org.apache.spark.executor.Executor$TaskRunner@3ae4e1 rejected from pool"),
            new IllegalStateException("ExecutorLostFailure: Command exited with code 52"))) {
      Failure failure = Failure.of(new ExecutionException("Job aborted", cause));
      assertEquals(1, failure.exitCode(), "exit code");
      assertTrue(
          failure.message().startsWith("gateau: failed on the way: the Java heap was full."),
          failure.message());
      assertTrue(failure.message().contains("spark.executor.memory"), failure.message());
    }
  }

  @Test
  void noMessageShowsAPassword() {
    for (Exception cause :
        List.of(
            new InputException("cannot list ftp://user:hush@host/x"),
            new java.io.IOException("GET https://host/x?sv=1&sig=hush answered 403"))) {
      String message = Failure.of(cause).message();
      assertFalse(message.contains("hush"), message);
    }
  }

  @Test
  void aCircleOfCausesEnds() {
    Exception first = new Exception("first");
    Exception second = new Exception("second", first);
    first.initCause(second);
    assertEquals(1, Failure.of(first).exitCode());
  }
}
