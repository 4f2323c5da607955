package io.gateau.planted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlantedFileTest {

  @Test
  void everyLineIsAChatWithTheTruthBesideIt() throws IOException {
    List<PlantedSample> samples =
        new PlantedSamples(20, 2, PlantedConfig.DEFAULT).stream().toList();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PlantedFile.write(samples.stream(), out);

    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(20, lines.size());
    for (int i = 0; i < 20; i++) {
      PlantedSample sample = samples.get(i);
      JsonNode line = JsonMapper.builder().build().readTree(lines.get(i));
      assertEquals(sample.id(), line.path("id").asText());
      assertEquals(sample.source(), line.path("source").asText());
      assertEquals(sample.kind().code(), line.path("kind").asText());
      assertEquals(sample.facts(), line.path("facts").asInt());
      assertEquals(sample.contextTokens(), line.path("context_tokens").asInt());
      assertEquals(
          sample.distance().isPresent() ? sample.distance().getAsInt() : -1,
          line.path("distance").asInt(-1));
      assertTrue(line.has("distance"), "distance is null, not missing");
      assertEquals("user", line.at("/messages/0/role").asText());
      assertEquals(
          sample.context() + "\n\n" + sample.instruction(),
          line.at("/messages/0/content").asText());
      assertEquals("assistant", line.at("/messages/1/role").asText());
      assertEquals(sample.response(), line.at("/messages/1/content").asText());
    }
    assertTrue(out.toString(StandardCharsets.UTF_8).endsWith("}\n"), "the last line is ended");
  }
}
