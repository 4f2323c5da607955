package io.gateau.pipeline.signals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.model.ModelCache;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.RopeScalingOverride;
import io.gateau.model.tokenizer.SpecialTokens;
import io.gateau.pipeline.ScoreConfig;
import io.gateau.pipeline.progress.ScoreProgress;
import io.gateau.pipeline.read.record.RejectionReason;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import io.gateau.score.AttentionFocus;
import io.gateau.score.BareResponseLoss;
import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import io.gateau.score.ResponseLoss;
import io.gateau.score.SampleStatus;
import io.gateau.score.ScoringConfig;
import io.gateau.testing.StoredDtype;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes stored signals those of another run, and what does not. */
class SignalConfigTest {
  private static final RopeScalingOverride HALVED = RopeScalingOverride.of("linear:2");

  @TempDir Path folder;
  private ScoreConfig usual;
  private ModelSpec shortModel;
  private ModelSpec longModel;
  private SignalConfig signals;

  @BeforeEach
  void write() throws IOException {
    usual = TinyPair.write(folder).config();
    shortModel = usual.models().get(ModelRole.SHORT);
    longModel = usual.models().get(ModelRole.LONG);
    signals = signals(usual);
  }

  @Test
  void anotherScalingOfOneModelIsAnotherConfigOfThatModelAlone() {
    SignalConfig other = signals(config(scaled(shortModel, HALVED), longModel));

    assertEquals(Set.of("short-response-loss"), changed(other));
    assertEquals("None[]", signals.models().get(ModelRole.SHORT).ropeScaling());
    assertEquals("Linear[factor=2.0]", other.models().get(ModelRole.SHORT).ropeScaling());
  }

  /** Names of the signals that have another key. */
  private Set<String> changed(SignalConfig other) {
    assertEquals(signals.keys().keySet(), other.keys().keySet());
    Set<String> changed = new TreeSet<>(signals.keys().keySet());
    changed.removeIf(name -> signals.keys().get(name).equals(other.keys().get(name)));
    return changed;
  }

  @Test
  void twoWaysToWriteOneThingAreOneConfig() {
    RopeScalingOverride object = RopeScalingOverride.of("{\"type\": \"linear\", \"factor\": 2}");
    assertNotEquals(HALVED, object);
    assertEquals(
        signals(config(shortModel, scaled(longModel, HALVED))),
        signals(config(shortModel, scaled(longModel, object))));
    assertEquals(
        signals, signals(config(shortModel, scaled(longModel, RopeScalingOverride.of("none")))));
    assertEquals(signals, signals(settings(0, new AttentionFocus("0-1", "first:4"))));
  }

  @Test
  void segmentsAndFocusDecideTheSignalsThatUseThemAlone() {
    assertEquals(
        Set.of("long-segment-attention", "long-segment-loss"),
        changed(signals(settings(3, AttentionFocus.EVERYTHING))));
    assertEquals(
        Set.of("long-segment-attention"),
        changed(signals(settings(0, new AttentionFocus("last:1", "all")))));
    assertEquals(
        Set.of("long-segment-attention"),
        changed(signals(settings(0, new AttentionFocus("all", "0")))));
  }

  /* The text is what keys on disk are made of: a change of it loses what users have stored. */
  @Test
  void theConfigurationOfASignalIsThisText() {
    SignalKey key = signals.key(TestRun.SEGMENT_ATTENTION).orElseThrow();
    String fingerprint = signals.models().get(ModelRole.LONG).fingerprint();

    assertEquals(
        "{\"format\":2,\"signal\":\"segment-attention\",\"version\":1,\"numerics\":1,\"fingerprint\":\""
            + fingerprint
            + "\",\"rope-theta\":40000.0,\"rope-scaling\":\"None[]\",\"dtype\":\"float32\",\"max-tokens\":260,"
            + "\"prefix\":\"### Input: \",\"before-instruction\":\"\\n\\n ### Instruction: \","
            + "\"before-response\":\"\\n\\n ### Response: \",\"segment-tokens\":\"16\",\"segment-overlap\":\"0\","
            + "\"attention-layers\":\"0-1\",\"attention-heads\":\"0-3\"}",
        key.configuration());
    assertEquals(key, SignalKey.of(key.json()));
    assertEquals(
        "x-e3b0c44298fc1c14", new SignalKey("x", "").folder(), "of the SHA-256 of nothing");
  }

  /* A model keeps its signals whatever its place in the pair. */
  @Test
  void theRoleOfAModelEntersNoKey() {
    SignalConfig swapped = signals(config(longModel, shortModel));

    assertEquals(signals.key(TestRun.LONG_LOSS), swapped.key(TestRun.SHORT_LOSS));
    assertEquals(signals.key(TestRun.SHORT_LOSS), swapped.key(TestRun.LONG_LOSS));
  }

  @Test
  void oneModelInBothRolesIsRefused() {
    String complaint =
        assertThrows(ModelException.class, () -> signals(config(longModel, longModel)))
            .getMessage();
    assertTrue(
        complaint.startsWith(
            longModel.path() + " and " + longModel.path() + " are one model: the same weights"),
        complaint);
    assertTrue(complaint.contains("--long-rope-theta"), complaint);
    // A copy elsewhere, or another dtype, is no other model.
    ModelSpec narrow = longModel.withDtype(Dtype.BFLOAT16);
    assertThrows(ModelException.class, () -> signals(config(narrow, longModel)));
    // Another rotary base is.
    signals(config(scaled(longModel, HALVED), longModel));
  }

  @Test
  void theSameWeightsWithASlidingWindowAreAnotherModel() throws IOException {
    Path windowed = Files.createDirectory(folder.resolve("windowed"));
    for (String file : List.of("model.safetensors", "tokenizer.json")) {
      Files.copy(longModel.directory().resolve(file), windowed.resolve(file));
    }
    String config = Files.readString(longModel.directory().resolve("config.json"));
    Files.writeString(
        windowed.resolve("config.json"),
        config
            .replace("LlamaForCausalLM", "MistralForCausalLM")
            .replaceFirst("\\{", "{\"sliding_window\": 8,"));

    SignalConfig other = signals(config(longModel.withPath(windowed.toString()), longModel));

    assertEquals(Set.of("short-response-loss"), changed(other));
  }

  @Test
  void aModelThatNoSignalNeedsIsNotOpened() {
    ModelSpec missing = new ModelSpec("nowhere", 0.5, Dtype.FLOAT32, "cpu");
    ScoreConfig config =
        new ScoreConfig(
            Map.of(ModelRole.SHORT, missing, ModelRole.LONG, longModel),
            List.of(TestRun.LONG_LOSS),
            usual.scoring(),
            usual.limits());

    assertEquals(Map.of(ModelRole.LONG, longModel), config.models());
    assertEquals(signals.key(TestRun.LONG_LOSS), signals(config).key(TestRun.LONG_LOSS));
    assertEquals(Optional.empty(), signals(config).key(TestRun.SHORT_LOSS));
  }

  @Test
  void earlierSignalsStayUsableIfTheModelsAreTheSame() {
    ModelSignal bare = ModelSignal.ofLong(new BareResponseLoss());
    SignalConfig more = of(Map.of(ModelRole.LONG, longModel), usual.scoring(), bare);

    SignalConfig both = more.withEarlier(signals);

    assertEquals(signals.models(), both.models());
    assertEquals(5, both.keys().size());
    assertEquals(signals.key(TestRun.SHORT_LOSS), both.key(TestRun.SHORT_LOSS));
    assertEquals(more.key(bare), both.key(bare));
    SignalConfig otherModel =
        of(Map.of(ModelRole.LONG, scaled(longModel, HALVED)), usual.scoring(), bare);
    assertEquals(otherModel, otherModel.withEarlier(signals));
    SignalConfig longer =
        of(
            Map.of(ModelRole.LONG, longModel),
            new ScoringConfig(usual.scoring().template(), 300, 16, 100),
            bare);
    assertEquals(longer, longer.withEarlier(signals));
  }

  @Test
  void anotherUnrelatedModelTakesThePlaceOfTheEarlierOneBesideTheSamePair() {
    ModelSignal unrelated = new ModelSignal(ModelRole.UNRELATED, new ResponseLoss());
    ModelSpec stranger = scaled(longModel, HALVED);
    SignalConfig first =
        of(Map.of(ModelRole.UNRELATED, stranger), usual.scoring(), unrelated).withEarlier(signals);
    ModelSpec other = scaled(shortModel, HALVED);
    SignalConfig second =
        of(Map.of(ModelRole.UNRELATED, other), usual.scoring(), unrelated).withEarlier(first);

    assertEquals(first.keys().keySet(), second.keys().keySet());
    assertEquals(signals.key(TestRun.SHORT_LOSS), second.key(TestRun.SHORT_LOSS));
    assertNotEquals(first.key(unrelated), second.key(unrelated));
    Map<ModelRole, ModelSpec> twice =
        Map.of(ModelRole.SHORT, shortModel, ModelRole.UNRELATED, shortModel);
    assertEquals(
        "the unrelated model %s is the short model; name one of another family"
            .formatted(shortModel.path()),
        assertThrows(
                ModelException.class,
                () ->
                    SignalConfig.of(
                        twice,
                        directories(twice),
                        usual.scoring(),
                        List.of(TestRun.SHORT_LOSS, unrelated)))
            .getMessage());
  }

  /* Attention to segments of one length has no place beside losses of another one. */
  @Test
  void earlierSegmentsOfAnotherLengthAreLeftOut() {
    SignalConfig shorter =
        of(
            Map.of(ModelRole.LONG, longModel),
            new ScoringConfig(usual.scoring().template(), TinyPair.MAX_TOKENS, 8, 100),
            TestRun.SEGMENT_LOSS);

    SignalConfig both = shorter.withEarlier(signals);

    assertEquals(
        Set.of("short-response-loss", "long-response-loss", "long-segment-loss"),
        both.keys().keySet());
    assertEquals(shorter.key(TestRun.SEGMENT_LOSS), both.key(TestRun.SEGMENT_LOSS));
  }

  /* Only where special tokens act is it a part of the key, so that older stores are found. */
  @Test
  void specialTokensThatActAreAnotherConfiguration() {
    ScoringConfig acting = usual.scoring().withSpecialTokens(SpecialTokens.CONTROL);
    SignalConfig control = of(Map.of(ModelRole.LONG, longModel), acting, TestRun.LONG_LOSS);

    String text = signals.key(TestRun.LONG_LOSS).orElseThrow().configuration();
    assertFalse(text.contains("special-tokens"), text);
    assertEquals(
        "control",
        control.key(TestRun.LONG_LOSS).orElseThrow().json().path("special-tokens").asText());
    assertEquals(control, control.withEarlier(signals));
  }

  private static SignalConfig of(
      Map<ModelRole, ModelSpec> models, ScoringConfig scoring, ModelSignal signal) {
    return SignalConfig.of(models, directories(models), scoring, List.of(signal));
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
            shortModel.withDtype(Dtype.AUTO),
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
            .at("/score/models/long/dtype")
            .asText();
    String expected =
        ModelCache.resolve(
                auto.models().get(ModelRole.LONG), io.gateau.model.checkpoint.Processor.thisCpu())
            .dtype()
            .code();
    assertEquals(expected, chosen);
    Dtype type = Dtype.of(chosen);
    ScoreConfig concrete =
        config(
            shortModel.withDtype(Dtype.FLOAT32),
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
    return SignalConfig.of(
        config.models(), directories(config.models()), config.scoring(), config.signals());
  }

  private static Map<ModelRole, Path> directories(Map<ModelRole, ModelSpec> models) {
    return models.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, model -> model.getValue().directory()));
  }

  private ScoreConfig config(ModelSpec one, ModelSpec other) {
    return new ScoreConfig(one, other, TestRun.SIGNALS, usual.scoring(), usual.limits());
  }

  private ScoreConfig settings(int overlap, AttentionFocus focus) {
    ScoringConfig now = usual.scoring();
    return new ScoreConfig(
        shortModel,
        longModel,
        TestRun.SIGNALS,
        new ScoringConfig(
            now.template(),
            now.maxTokens(),
            now.segmentTokens(),
            overlap,
            focus,
            now.batchTokens()),
        usual.limits());
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
