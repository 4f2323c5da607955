package io.gateau.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Samples with the raw signals that the naive decoder gave for a tiny checkpoint, kept in the test
 * resources.
 *
 * <p>Model A is the checkpoint itself, model B the same weights with rotary base {@link
 * #LONG_ROPE_THETA}; segments have {@link #SEGMENT_TOKENS} tokens.
 *
 * @param sha256 digest of the checkpoint's model.safetensors, in hexadecimal
 */
public record Golden(String sha256, List<Sample> samples) {

  static final ObjectMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /** The rotary base of model B. */
  public static final double LONG_ROPE_THETA = 40_000;

  /** Context tokens per segment. */
  public static final int SEGMENT_TOKENS = 16;

  /** The two checkpoints that have goldens. */
  public enum Checkpoint {
    /** {@link TinyCheckpoint#tied}. */
    TIED("golden/tied.json"),
    /** {@link TinyCheckpoint#separate}. */
    SEPARATE("golden/separate.json");

    private final String resource;

    Checkpoint(String resource) {
      this.resource = resource;
    }

    /** The checkpoint's shape and seed. */
    public TinyCheckpoint shape() {
      return this == TIED ? TinyCheckpoint.tied() : TinyCheckpoint.separate();
    }

    /** The resource that holds its goldens. */
    public String resource() {
      return resource;
    }

    /** Writes the checkpoint into a directory and gives the directory back. */
    public Path write(Path directory) throws IOException {
      return shape().write(directory);
    }

    /** Reads its goldens. */
    public Golden golden() throws IOException {
      try (InputStream in = Golden.class.getClassLoader().getResourceAsStream(resource)) {
        if (in == null) {
          throw new IOException("no resource " + resource);
        }
        return JSON.readValue(in, Golden.class);
      }
    }
  }

  /** One sample and its signals, under the names of the stored columns. */
  public record Sample(
      String context,
      String instruction,
      String response,
      double shortPpl,
      double longPpl,
      List<Double> segmentPpl,
      List<Double> segmentAttention) {}
}
