package io.gateau.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.decoder.TileSizes;
import io.gateau.score.PromptTemplate;
import io.gateau.score.ScoringConfig;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Specs, dtypes and devices: what is accepted and what is refused. */
class ModelSpecTest {
  private static final ModelSpec SPEC = new ModelSpec("m", 40_000, Dtype.FLOAT32, "auto");

  @Test
  void theConfiguredBaseHoldsUnlessAnotherIsGiven() {
    assertEquals(40_000, SPEC.ropeThetaOr(10_000));
    ModelSpec configured = new ModelSpec("m", ModelSpec.CONFIGURED_THETA, Dtype.FLOAT32, "auto");
    assertEquals(10_000, configured.ropeThetaOr(10_000));
    assertEquals(new ModelSpec("m", 40_000, Dtype.FLOAT32, "cuda:1"), SPEC.onDevice("cuda:1"));
  }

  @Test
  void aDirectoryBecomesAbsoluteAndAnEmbeddedNameStays() {
    assertEquals(
        new ModelSpec(Path.of("m").toAbsolutePath().toString(), 40_000, SPEC.dtype(), "auto"),
        SPEC.absolute());
    assertEquals(SPEC.absolute(), SPEC.absolute().absolute());
    ModelSpec embedded = new ModelSpec("embedded:short", 40_000, Dtype.FLOAT32, "auto");
    assertEquals(embedded, embedded.absolute());
  }

  @Test
  void aUrlStaysAndHasNoDirectoryUntilItIsFetched() {
    ModelSpec remote = new ModelSpec("s3a://bucket/models/m", 1, Dtype.FLOAT32, "auto");
    assertTrue(remote.isRemote());
    assertEquals(remote, remote.absolute());
    assertTrue(
        assertThrows(ModelException.class, remote::directory)
            .getMessage()
            .startsWith("the model s3a://bucket/models/m is not on this machine;"));
    assertEquals(Path.of("/tmp/m"), remote.withPath("/tmp/m").directory());
    for (String local : new String[] {"m", "/m/s3a:/x", "embedded:short", "file:/m", "file:///m"}) {
      assertFalse(new ModelSpec(local, 1, Dtype.FLOAT32, "auto").isRemote(), local);
    }
    assertEquals(
        Path.of("/a m"), new ModelSpec("file:///a%20m", 1, Dtype.FLOAT32, "auto").directory());
  }

  @Test
  void anImpossibleRecipeIsRefused() {
    assertEquals("a model needs a directory", complaint(() -> spec(" ", 1, "cpu")));
    assertEquals("a model needs a directory", complaint(() -> spec(null, 1, "cpu")));
    for (double theta : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertEquals(
          "rope-theta " + theta + " is not a positive number; 10000 is common",
          complaint(() -> spec("m", theta, "cpu")));
    }
    assertEquals("the dtype is missing", complaint(() -> new ModelSpec("m", 1, null, "cpu")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:12345", "CPU", "", "cuda:1 "})
  void aDeviceThatIsNoneIsRefused(String device) {
    assertEquals(
        "device " + device + " is not known; use auto, cpu, cuda or cuda:N",
        complaint(() -> spec("m", 1, device)));
  }

  @Test
  void aMissingDeviceIsRefused() {
    assertEquals("the device is missing", complaint(() -> spec("m", 1, null)));
  }

  @Test
  void aGpuThatIsNotThereIsNamed() {
    String complaint =
        assertThrows(ModelException.class, () -> Devices.of("cuda:777")).getMessage();

    assertTrue(complaint.startsWith("device cuda:777 "), complaint);
  }

  @Test
  void autoIsTheCpuWhereThereIsNoGpu() {
    assumeTrue(Engine.getEngine("PyTorch").getGpuCount() == 0);

    assertEquals(Device.cpu(), Devices.of("auto"));
    assertEquals(Device.cpu(), Devices.of("cpu"));
    assertThrows(ModelException.class, () -> Devices.of("cuda"));
  }

  @Test
  void numberTypesHaveTheNamesOfTheCommandLine() {
    assertEquals(Dtype.AUTO, Dtype.of("auto"));
    for (Dtype dtype : Dtype.values()) {
      assertEquals(dtype, Dtype.of(dtype.code()));
    }
    assertEquals(
        "dtype int8 is not known; use auto, float32, bfloat16, float16",
        complaint(() -> Dtype.of("int8")));
  }

  @Test
  void theDefaultsAreThoseOfTheMethod() {
    assertEquals(
        new ScoringConfig(
            new PromptTemplate("### Input: ", "\n\n ### Instruction: ", "\n\n ### Response: "),
            65_536,
            128,
            ScoringConfig.AUTO_BATCH),
        ScoringConfig.DEFAULT);
  }

  @Test
  void impossibleSettingsAreRefused() {
    PromptTemplate template = PromptTemplate.GATEAU;
    assertEquals(
        "max-tokens is 0; it must be 1 or more",
        complaint(() -> new ScoringConfig(template, 0, 1, 1)));
    assertEquals(
        "segment-tokens is -3; it must be 1 or more",
        complaint(() -> new ScoringConfig(template, 1, -3, 1)));
    assertEquals(
        "batch-tokens is -1; it must be 1 or more",
        complaint(() -> new ScoringConfig(template, 1, 1, -1)));
    assertEquals(
        "the prompt template is missing", complaint(() -> new ScoringConfig(null, 1, 1, 1)));
    assertEquals(
        "a piece of the prompt template is null",
        complaint(() -> new PromptTemplate("a", null, "c")));
    assertEquals(
        "tile size min-rows is 0, below 1", complaint(() -> new TileSizes(1, 1, 1, 0, 1, 1, 1)));
  }

  @Test
  void batchTokensAreANumberOrLeftToTheDevice() {
    assertEquals(ScoringConfig.AUTO_BATCH, ScoringConfig.batchTokensOf("auto"));
    assertEquals(4_096, ScoringConfig.batchTokensOf("4_096"));
    assertEquals(
        "batch-tokens is 0; it must be 1 or more",
        complaint(() -> ScoringConfig.batchTokensOf("0")));
    assertEquals(
        "batch-tokens many is not known; use auto or a whole number",
        complaint(() -> ScoringConfig.batchTokensOf("many")));
  }

  @Test
  void deviceMemoryIsASizeOrWhatIsFree() {
    assertEquals(MemoryPolicy.AVAILABLE, MemoryPolicy.parseMemory("auto"));
    assertEquals(900L << 20, MemoryPolicy.parseMemory("900m"));
    assertEquals(24L << 30, MemoryPolicy.parseMemory("24G"));
    for (String wrong : new String[] {"24", "0g", "24gb", "-1g", ""}) {
      assertEquals(
          "device-memory " + wrong + " is not a size; use auto, or a number with k, m, g or t: 24g",
          complaint(() -> MemoryPolicy.parseMemory(wrong)));
    }
    assertEquals(
        "stream-layers -1 is below 0; use 0 to keep all layers on the device",
        complaint(() -> new MemoryPolicy(MemoryPolicy.AVAILABLE, -1)));
  }

  private static void spec(String path, double theta, String device) {
    assertEquals(device, new ModelSpec(path, theta, Dtype.FLOAT32, device).device());
  }

  private static String complaint(Runnable call) {
    return assertThrows(IllegalArgumentException.class, call::run).getMessage();
  }
}
