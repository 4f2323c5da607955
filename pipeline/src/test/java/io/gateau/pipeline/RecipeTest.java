package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.model.AttentionFocus;
import io.gateau.model.ModelException;
import io.gateau.model.ModelSpec;
import io.gateau.model.Models;
import io.gateau.model.NumberType;
import io.gateau.model.SampleStatus;
import io.gateau.model.ScalingOverride;
import io.gateau.model.ScoringSettings;
import io.gateau.model.testing.Dtype;
import io.gateau.model.testing.TinyCheckpoint;
import io.gateau.pipeline.read.RejectionReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes stored signals those of another run, and what does not. */
class RecipeTest {
  private static final ScalingOverride HALVED = ScalingOverride.of("linear:2");

  @TempDir Path folder;
  private ScoreConfig usual;
  private Recipe recipe;

  @BeforeEach
  void write() throws IOException {
    usual = TinyPair.write(folder).config();
    recipe = Recipe.of(usual);
  }

  @Test
  void anotherScalingOfOneModelIsAnotherRecipeOfThatModelAlone() {
    Recipe other = Recipe.of(config(scaled(usual.shortModel(), HALVED), usual.longModel()));

    assertNotEquals(recipe.shortModel(), other.shortModel());
    assertEquals(recipe.longModel(), other.longModel());
    assertEquals("None[]", recipe.shortModel().ropeScaling());
    assertEquals("Linear[factor=2.0]", other.shortModel().ropeScaling());
  }

  @Test
  void twoWaysToWriteOneThingAreOneRecipe() {
    ScalingOverride object = ScalingOverride.of("{\"type\": \"linear\", \"factor\": 2}");
    assertNotEquals(HALVED, object);
    assertEquals(
        Recipe.of(config(usual.shortModel(), scaled(usual.longModel(), HALVED))),
        Recipe.of(config(usual.shortModel(), scaled(usual.longModel(), object))));
    assertEquals(
        recipe,
        Recipe.of(
            config(usual.shortModel(), scaled(usual.longModel(), ScalingOverride.of("none")))));
    assertEquals(recipe, Recipe.of(settings(0, new AttentionFocus("0-1", "first:4"))));
  }

  @Test
  void segmentsAndFocusBelongToTheLongModelAlone() {
    for (Recipe other :
        new Recipe[] {
          Recipe.of(settings(3, AttentionFocus.EVERYTHING)),
          Recipe.of(settings(0, new AttentionFocus("last:1", "all"))),
          Recipe.of(settings(0, new AttentionFocus("all", "0")))
        }) {
      assertEquals(recipe.shortModel(), other.shortModel());
      assertNotEquals(recipe.longModel(), other.longModel());
    }
  }

  @Test
  void layersThatTheModelHasNotGotStopTheRun() {
    assertEquals(
        "attention-layers 5 asks for more than the long model has: 2, numbered 0 to 1; use all, or"
            + " some of these",
        assertThrows(
                ModelException.class, () -> Recipe.of(settings(0, new AttentionFocus("5", "all"))))
            .getMessage());
  }

  /* The short model is stored as float32, the long one as bfloat16. */
  @Test
  void dtypeAutoIsStoredAsTheTypeThatWasChosen() throws IOException {
    Path narrow = TinyCheckpoint.tied().seed(5).dtype(Dtype.BF16).write(folder.resolve("narrow"));
    ScoreConfig auto =
        config(
            usual.shortModel().as(NumberType.AUTO),
            new ModelSpec(narrow.toString(), TinyPair.LONG_THETA, NumberType.AUTO, "cpu"));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Recipe.of(auto))
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
        Models.concrete(auto.longModel(), io.gateau.model.Processor.thisCpu()).type().code();
    assertEquals(expected, chosen);
    NumberType type = NumberType.of(chosen);
    ScoreConfig concrete =
        config(
            usual.shortModel().as(NumberType.FLOAT32),
            new ModelSpec(narrow.toString(), TinyPair.LONG_THETA, type, "cpu"));
    assertEquals(0, run.score(ScoreProgress.SILENT, concrete, input).scored(), "the same recipe");
  }

  @Test
  void everyStatusButOkHasItsReason() {
    for (SampleStatus status : SampleStatus.values()) {
      if (status != SampleStatus.OK) {
        assertEquals(status.code(), RejectionReason.of(status.code()).code());
      }
    }
  }

  private ScoreConfig config(ModelSpec shortModel, ModelSpec longModel) {
    return new ScoreConfig(shortModel, longModel, usual.settings(), usual.checkpointSeconds());
  }

  private ScoreConfig settings(int overlap, AttentionFocus focus) {
    ScoringSettings now = usual.settings();
    return new ScoreConfig(
        usual.shortModel(),
        usual.longModel(),
        new ScoringSettings(
            now.template(),
            now.maxTokens(),
            now.segmentTokens(),
            overlap,
            focus,
            now.batchTokens()),
        usual.checkpointSeconds());
  }

  private static ModelSpec scaled(ModelSpec model, ScalingOverride scaling) {
    return new ModelSpec(
        model.path(), model.ropeTheta(), scaling, model.type(), model.device(), model.placement());
  }
}
