package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gateau.model.checkpoint.ModelException;
import java.io.IOException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class ErrorsTest {
  @Test
  void theInnermostErrorIsTold() {
    assertEquals(
        "UnknownHostException: a host",
        Errors.message(
            new IllegalStateException(
                "task", new IOException(new UnknownHostException("a\nhost")))));
  }

  @Test
  void whatIsWrongWithAModelIsToldAsTheUserCanMendIt() {
    assertEquals(
        "ModelException: libtorch cannot be loaded",
        Errors.message(
            new IllegalStateException(
                "task",
                new ModelException("libtorch cannot be loaded", new IOException("no file")))));
  }
}
