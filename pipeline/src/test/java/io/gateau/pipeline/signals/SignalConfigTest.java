package io.gateau.pipeline.signals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.model.ModelCache;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.RopeScalingOverride;
import io.gateau.pipeline.ScoreConfig;
import io.gateau.pipeline.ScoreProgress;
import io.gateau.pipeline.read.record.RejectionReason;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import io.gateau.score.AttentionFocus;
import io.gateau.score.SampleStatus;
import io.gateau.score.ScoringConfig;
import io.gateau.testing.StoredDtype;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes stored signals those of another run, and what does not. */
class SignalConfigTest {
  private static final RopeScalingOverride HALVED = RopeScalingOverride.of("linear:2");

  @TempDir Path folder;
  private ScoreConfig usual;
  private SignalConfig signals;

  @BeforeEach
  void write() throws IOException {
    usual = TinyPair.write(folder).config();
    signals = signals(usual);
  }

  @Test
  void anotherScalingOfOneModelIsAnotherConfigOfThatModelAlone() {
    SignalConfig other = signals(config(scaled(usual.shortModel(), HALVED), usual.longModel()));

    assertNotEquals(signals.shortModel(), other.shortModel());
    assertEquals(signals.longModel(), other.longModel());
    assertEquals("None[]", signals.shortModel().ropeScaling());
    assertEquals("Linear[factor=2.0]", other.shortModel().ropeScaling());
  }

  @Test
  void twoWaysToWriteOneThingAreOneConfig() {
    RopeScalingOverride object = RopeScalingOverride.of("{\"type\": \"linear\", \"factor\": 2}");
    assertNotEquals(HALVED, object);
    assertEquals(
        signals(config(usual.shortModel(), scaled(usual.longModel(), HALVED))),
        signals(config(usual.shortModel(), scaled(usual.longModel(), object))));
    assertEquals(
        signals,
        signals(
            config(usual.shortModel(), scaled(usual.longModel(), RopeScalingOverride.of("none")))));
    assertEquals(signals, signals(settings(0, new AttentionFocus("0-1", "first:4"))));
  }

  @Test
  void segmentsAndFocusBelongToTheLongModelAlone() {
    for (SignalConfig other :
        new SignalConfig[] {
          signals(settings(3, AttentionFocus.EVERYTHING)),
          signals(settings(0, new AttentionFocus("last:1", "all"))),
          signals(settings(0, new AttentionFocus("all", "0")))
        }) {
      assertEquals(signals.shortModel(), other.shortModel());
      assertNotEquals(signals.longModel(), other.longModel());
    }
  }

  @Test
  void layersThatTheModelHasNotGotStopTheRun() {
    assertEquals(
        "attention-layers 5 asks for more than the long model has: 2, numbered 0 to 1; use all, or"
            + " some of these",
        assertThrows(
                ModelException.class, () -> signals(settings(0, new AttentionFocus("5", "all"))))
            .getMessage());
  }

  /* The short model is stored as float32, the long one as bfloat16. */
  @Test
  void dtypeAutoIsStoredAsTheTypeThatWasChosen() throws IOException {
    Path narrow =
        TinyCheckpoint.tied().seed(5).dtype(StoredDtype.BF16).write(folder.resolve("narrow"));
    ScoreConfig auto =
        config(
            usual.shortModel().withDtype(Dtype.AUTO),
            new ModelSpec(narrow.toString(), TinyPair.LONG_THETA, Dtype.AUTO, "cpu"));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> signals(auto))
            .getMessage()
            .endsWith(" is not decided"));
    TestRun run = new TestRun(folder.resolve("out"));
    String input = TestSample.writeSamples(folder.resolve("input.jsonl"), TestSample.many(3));

    run.score(ScoreProgress.SILENT, auto, input);

    String chosen =
        new ObjectMapper()
            .readTree(Files.readString(run.folder().resolve("manifest.json")))
            .at("/score/recipe/long-model/dtype")
            .asText();
    String expected =
        ModelCache.resolve(auto.longModel(), io.gateau.model.checkpoint.Processor.thisCpu())
            .dtype()
            .code();
    assertEquals(expected, chosen);
    Dtype type = Dtype.of(chosen);
    ScoreConfig concrete =
        config(
            usual.shortModel().withDtype(Dtype.FLOAT32),
            new ModelSpec(narrow.toString(), TinyPair.LONG_THETA, type, "cpu"));
    assertEquals(
        0, run.score(ScoreProgress.SILENT, concrete, input).scored(), "the same signal config");
  }

  @Test
  void everyStatusButOkHasItsReason() {
    for (SampleStatus status : SampleStatus.values()) {
      if (status != SampleStatus.OK) {
        assertEquals(status.code(), RejectionReason.of(status.code()).code());
      }
    }
  }

  private static SignalConfig signals(ScoreConfig config) {
    return SignalConfig.of(config.shortModel(), config.longModel(), config.scoring());
  }

  private ScoreConfig config(ModelSpec shortModel, ModelSpec longModel) {
    return new ScoreConfig(shortModel, longModel, usual.scoring(), usual.checkpointSeconds());
  }

  private ScoreConfig settings(int overlap, AttentionFocus focus) {
    ScoringConfig now = usual.scoring();
    return new ScoreConfig(
        usual.shortModel(),
        usual.longModel(),
        new ScoringConfig(
            now.template(),
            now.maxTokens(),
            now.segmentTokens(),
            overlap,
            focus,
            now.batchTokens()),
        usual.checkpointSeconds());
  }

  private static ModelSpec scaled(ModelSpec model, RopeScalingOverride scaling) {
    return new ModelSpec(
        model.path(),
        model.ropeTheta(),
        scaling,
        model.dtype(),
        model.device(),
        model.memoryPolicy());
  }
}
