package io.gateau.model.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.testing.TinyCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecoderExportTest {
  @TempDir Path directory;

  @Test
  void theArchiveIsTheOneThatLibtorchGetsAndNamesEveryWeight() throws Exception {
    Path model = TinyCheckpoint.tied().write(directory.resolve("model"));
    DecoderExport.write(model, directory.resolve("export"), 8, 40);

    ModelConfig config = Checkpoint.open(model).config();
    assertArrayEquals(
        DecoderProgram.archive(config, TileSizes.DEFAULT),
        Files.readAllBytes(directory.resolve("export/decoder.pt")));
    JsonNode json = new ObjectMapper().readTree(directory.resolve("export/decoder.json").toFile());
    assertEquals(config.layers(), json.path("layers").size());
    assertEquals("embed_tokens", json.at("/outer/0/key").asText());
    assertEquals(1, json.at("/rotary/frequencies/40/0").asDouble());
    assertEquals(config.vocabularySize(), json.path("vocabulary").asInt());
  }
}
