package io.gateau.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ModelSignalTest {
  /* These names are folders and columns on disk. */
  @Test
  void theRoleStandsBeforeTheNameAndTheColumn() {
    ModelSignal shortLoss = ModelSignal.ofShort(new ResponseLoss());
    ModelSignal longLoss = ModelSignal.ofLong(new SegmentLoss());

    assertEquals("short-response-loss", shortLoss.name());
    assertEquals("short_loss", shortLoss.column(ResponseLoss.LOSS));
    assertEquals("short_token_loss", shortLoss.column(ResponseLoss.TOKEN_LOSS));
    assertEquals("long-segment-loss", longLoss.name());
    assertEquals("long_segment_loss", longLoss.column(SegmentLoss.LOSS));
    assertEquals("long-segment-attention", ModelSignal.ofLong(new SegmentAttention()).name());
    assertEquals("long-bare-response-loss", ModelSignal.ofLong(new BareResponseLoss()).name());
    assertEquals("short", ModelRole.SHORT.code());
    assertEquals("long", ModelRole.LONG.code());
  }

  @Test
  void itIsAValueThatSerialisationKeeps() throws Exception {
    ModelSignal signal = ModelSignal.ofLong(new ResponseLoss());

    assertEquals(signal, SignalTest.copy(signal));
    assertEquals(new ModelSignal(ModelRole.LONG, new ResponseLoss()), signal);
    for (ModelSignal other :
        List.of(
            ModelSignal.ofShort(new ResponseLoss()), ModelSignal.ofLong(new SegmentAttention()))) {
      assertNotEquals(signal, other);
    }
  }

  @Test
  void aMissingPartIsAnError() {
    for (Runnable call :
        List.<Runnable>of(
            () -> new ModelSignal(null, new ResponseLoss()), () -> ModelSignal.ofLong(null))) {
      assertEquals(
          "a signal of a model needs a role and a signal",
          assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
  }
}
