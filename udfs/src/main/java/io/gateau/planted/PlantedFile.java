package io.gateau.planted;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.stream.Stream;

/**
 * Writes planted samples in LongAlign's format, one JSON object for each line. Its messages are the
 * user's, with the context, an empty line and the instruction, and the assistant's, with the
 * response. Beside them are id, source, and the truth of the sample: kind, distance (null if there
 * is none), facts, context_tokens and, where a model measured it, known_loss.
 */
public final class PlantedFile {
  private PlantedFile() {}

  /**
   * Writes samples in order, in UTF-8, and leaves the stream open.
   *
   * @throws IOException if the stream cannot be written
   */
  public static void write(Stream<PlantedSample> samples, OutputStream out) throws IOException {
    try (JsonGenerator json =
        JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build()
            .createGenerator(out)) {
      json.setRootValueSeparator(null);
      for (Iterator<PlantedSample> rest = samples.iterator(); rest.hasNext(); ) {
        write(rest.next(), json);
        json.writeRaw('\n');
      }
    }
  }

  private static void write(PlantedSample sample, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", sample.id());
    json.writeStringField("source", sample.source());
    json.writeStringField("kind", sample.kind().code());
    if (sample.distance().isPresent()) {
      json.writeNumberField("distance", sample.distance().getAsInt());
    } else {
      json.writeNullField("distance");
    }
    json.writeNumberField("facts", sample.facts());
    json.writeNumberField("context_tokens", sample.contextTokens());
    if (sample.knownLoss().isPresent()) {
      json.writeNumberField("known_loss", sample.knownLoss().getAsDouble());
    }
    json.writeArrayFieldStart("messages");
    turn("user", sample.context() + "\n\n" + sample.instruction(), json);
    turn("assistant", sample.response(), json);
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void turn(String role, String content, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("role", role);
    json.writeStringField("content", content);
    json.writeEndObject();
  }
}
