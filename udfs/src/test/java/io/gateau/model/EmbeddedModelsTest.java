package io.gateau.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.LayerConfig;
import io.gateau.model.checkpoint.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddedModelsTest {
  @Test
  void aNameIsUnpackedOnceIntoADirectoryOfThisProcess() {
    Path first = spec(EmbeddedModels.LONG).directory();
    assertEquals(first, spec(EmbeddedModels.LONG).directory());
    assertNotEquals(first, spec(EmbeddedModels.SHORT).directory());
    assertTrue(Files.isRegularFile(first.resolve("config.json")), first.toString());
  }

  @Test
  void thePairIsHomologous() {
    Checkpoint shortModel = Checkpoint.open(spec(EmbeddedModels.SHORT).directory());
    Checkpoint longModel = Checkpoint.open(spec(EmbeddedModels.LONG).directory());
    assertEquals(shortModel.tokenizerDigest(), longModel.tokenizerDigest());
    assertEquals(shortModel.config().layers(), longModel.config().layers());
    assertEquals(shortModel.config().hiddenSize(), longModel.config().hiddenSize());
    assertEquals(
        List.of(512, 512),
        shortModel.config().layerConfig().windows(),
        "short sees what it was taught");
    assertEquals(
        List.of(LayerConfig.NO_WINDOW, LayerConfig.NO_WINDOW),
        longModel.config().layerConfig().windows());
    assertTrue(shortModel.config().ropeTheta() < longModel.config().ropeTheta());
    assertNotEquals(shortModel.fingerprint(), longModel.fingerprint());
  }

  @Test
  void anUnknownNameIsRefusedWithThoseThatThereAre() {
    assertEquals(
        "no model embedded:medium comes with this program; use embedded:short or embedded:long",
        assertThrows(ModelException.class, () -> spec("embedded:medium").directory()).getMessage());
  }

  private static ModelSpec spec(String path) {
    return new ModelSpec(path, ModelSpec.CONFIGURED_THETA, Dtype.FLOAT32, "cpu");
  }
}
