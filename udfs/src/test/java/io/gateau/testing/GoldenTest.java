package io.gateau.testing;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Pins the naive decoder and the tiny checkpoints against accidental change.
 *
 * <p>After a deliberate one, {@code mvn test -pl udfs -Dtest=GoldenTest -Dgateau.golden.write=yes}
 * writes the numbers anew.
 */
class GoldenTest {

  private static final double RELATIVE = 1e-12;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void theNaiveDecoderStillGivesTheGoldenNumbers(Golden.Checkpoint checkpoint) throws Exception {
    checkpoint.write(directory);
    Golden golden = checkpoint.golden();
    Golden now =
        new Golden(
            sha256(directory.resolve("model.safetensors")),
            golden.samples().stream().map(scored(checkpoint)).toList());
    if (System.getProperty("gateau.golden.write") != null) {
      write(checkpoint, now);
      return;
    }
    assertEquals(golden.sha256(), now.sha256(), "the checkpoint's bytes have changed");
    for (int i = 0; i < golden.samples().size(); i++) {
      Golden.Sample expected = golden.samples().get(i);
      Golden.Sample actual = now.samples().get(i);
      assertAll(
          () -> assertClose(expected.shortPpl(), actual.shortPpl()),
          () -> assertClose(expected.longPpl(), actual.longPpl()),
          () -> assertClose(expected.segmentPpl(), actual.segmentPpl()),
          () -> assertClose(expected.segmentAttention(), actual.segmentAttention()));
    }
  }

  private Function<Golden.Sample, Golden.Sample> scored(Golden.Checkpoint checkpoint)
      throws IOException {
    NaiveDecoder shortModel = new NaiveDecoder(directory);
    NaiveDecoder longModel = new NaiveDecoder(directory, Golden.LONG_ROPE_THETA);
    return sample -> {
      NaiveSignals.Numbers numbers =
          signals(checkpoint.shape(), sample).numbers(shortModel, longModel);
      return new Golden.Sample(
          sample.context(),
          sample.instruction(),
          sample.response(),
          numbers.shortPpl(),
          numbers.longPpl(),
          Arrays.stream(numbers.segmentPpl()).boxed().toList(),
          Arrays.stream(numbers.segmentAttention()).boxed().toList());
    };
  }

  private static NaiveSignals signals(TinyCheckpoint shape, Golden.Sample sample) {
    return new NaiveSignals(
        shape.bos() == TinyCheckpoint.Bos.ADDED ? TinyCheckpoint.BOS_ID : NaiveSignals.NO_BOS,
        TinyCheckpoint.tokens(NaiveTokens.PREFIX),
        TinyCheckpoint.tokens(sample.context()),
        TinyCheckpoint.tokens(NaiveTokens.middle(sample.instruction())),
        TinyCheckpoint.tokens(sample.response()),
        Golden.SEGMENT_TOKENS);
  }

  private static void write(Golden.Checkpoint checkpoint, Golden golden) throws IOException {
    Path resource = Path.of("src", "test", "resources").resolve(checkpoint.resource());
    ObjectWriter writer = Golden.JSON.writerWithDefaultPrettyPrinter();
    Files.writeString(resource, writer.writeValueAsString(golden) + "\n");
  }

  private static void assertClose(List<Double> expected, List<Double> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertClose(expected.get(i), actual.get(i));
    }
  }

  private static void assertClose(double expected, double actual) {
    assertEquals(expected, actual, RELATIVE * expected);
  }

  private static String sha256(Path file) throws IOException, GeneralSecurityException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }
}
