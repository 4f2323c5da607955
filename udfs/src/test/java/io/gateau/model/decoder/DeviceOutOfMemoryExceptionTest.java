package io.gateau.model.decoder;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceOutOfMemoryExceptionTest {
  @Test
  void theMessagesOfTheEnginesAreUnderstood() {
    for (String said :
        List.of(
            "[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory:"
                + " you tried to allocate 107374182400 bytes. Error code 12",
            "CUDA out of memory. Tried to allocate 20.00 MiB.",
            "std::bad_alloc")) {
      assertTrue(DeviceOutOfMemoryException.isOutOfMemory(new EngineException(said)), said);
    }
    assertFalse(
        DeviceOutOfMemoryException.isOutOfMemory(
            new EngineException("index out of range in self")));
  }
}
