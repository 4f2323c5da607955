package io.gateau.model.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.bench.MemoryMeasurement;
import io.gateau.bench.ModelShape;
import io.gateau.bench.ProcessMemory;
import io.gateau.bench.RandomModel;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.Family;
import io.gateau.model.checkpoint.LayerConfig;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.RotaryEmbedding;
import io.gateau.model.checkpoint.RotaryScaling;
import io.gateau.testing.ChildJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The plan against published sizes, by hand, and against what a pass really takes. */
class MemoryPlannerTest {
  private static final int TOKENS = 4_096;

  @Test
  void weightsAreThoseOfThePublishedParameterCounts() {
    Map<ModelShape, Long> parameters =
        Map.of(
            ModelShape.LLAMA_2_7B, 6_738_415_616L,
            ModelShape.LLAMA_3_8B, 8_030_261_248L,
            ModelShape.LLAMA_3_70B, 70_553_706_496L);
    parameters.forEach(
        (shape, count) -> {
          assertEquals(2 * count, planner(shape, Dtype.BFLOAT16).weights(), shape.code());
          assertEquals(4 * count, planner(shape, Dtype.FLOAT32).weights(), shape.code());
        });
  }

  /*
   * SMALL, float32, 65,536 tokens, 128 of them scored. The fullest moment is the fused attention.
   * Hidden states and queries, 768 numbers a token, 192 MiB each, and 8 bytes a token for its id,
   * 0.5 MiB; keys and values 2 x 256, 128 MiB; output 192 MiB and a number for each head and token,
   * 3 MiB. Tables: 64 numbers a token, 16 MiB. Workspace 32 MiB.
   */
  @Test
  void theFullestMomentIsTheSumOfWhatIsThere() {
    MemoryPlan plan = planner(ModelShape.SMALL, Dtype.FLOAT32).pass(1, 65_536, 128);
    assertEquals("attention", plan.stage());
    assertEquals(192L << 20, plan.terms().get("queries"));
    assertEquals(128L << 20, plan.terms().get("keys and values"));
    assertEquals(195L << 20, plan.terms().get("attention output"));
    assertEquals(16L << 20, plan.terms().get("rotary tables"));
    assertEquals(((192L + 192 + 128 + 195 + 16 + 32) << 20) + (512 << 10), plan.bytes());
  }

  @ParameterizedTest
  @EnumSource
  void twiceTheTokensNeedAtMostTwiceTheMemory(ModelShape shape) {
    for (Dtype type : Dtype.values()) {
      MemoryPlanner planner = planner(shape, type);
      long before = planner.pass(1, 1_024, 128).bytes();
      for (int tokens = 2_048; tokens <= 1 << 20; tokens *= 2) {
        long after = planner.pass(1, tokens, 128).bytes();
        assertTrue(after >= before && after <= 2 * before, shape + " " + tokens);
        before = after;
      }
      assertTrue(planner.streamedWeights() <= planner.weights(), shape.code());
    }
  }

  /*
   * SMALL, float32, 65,536 tokens, all computed by the last layer: the last attention is the fullest
   * moment. To that of the layers before, 192 + 192 + 128 + 195 + 16 + 32.5 MiB, come the output
   * rows, 192 MiB. The queries need no padding.
   */
  @Test
  void aMeanOfAllRowsNeedsThemInTheLastLayer() {
    MemoryPlan plan =
        planner(ModelShape.SMALL, Dtype.FLOAT32)
            .pass(
                List.of(
                    new MemoryPlanner.GroupShape(
                        1, 65_536, 128, Set.of(Measure.MEAN_HIDDEN_STATE))));

    assertEquals("last layer", plan.stage());
    assertEquals(192L << 20, plan.terms().get("queries"));
    assertEquals(192L << 20, plan.terms().get("output rows"));
    assertEquals(((192L + 192 + 128 + 195 + 16 + 32 + 192) << 20) + (512 << 10), plan.bytes());
  }

  /*
   * SMALL, float32, 65,536 tokens. Hidden states 192.5 MiB, tables 16, workspace 32; queries 192
   * and keys 64 MiB; a norm tile, 1,024 rows of 768 numbers, 3 MiB; attention weights of 32 rows of
   * 12 heads, 96 MiB.
   */
  @Test
  void theFirstLayersAttentionNeedsQueriesKeysAndATileOfWeights() {
    MemoryPlan plan =
        planner(ModelShape.SMALL, Dtype.FLOAT32)
            .pass(
                List.of(
                    new MemoryPlanner.GroupShape(
                        1, 65_536, 0, Set.of(Measure.FIRST_LAYER_ATTENTION))));

    assertEquals("first layer", plan.stage());
    assertEquals(
        ((192L + 16 + 32 + 192 + 64 + 3 + 96) << 20) + (512 << 10), plan.bytes(), plan.toString());
  }

  /* Keys of all tokens but queries of one span: less than the layer itself needs. */
  @Test
  void theAttentionBetweenSpansNeedsNoMoreThanTheLayer() {
    MemoryPlanner planner = planner(ModelShape.SMALL, Dtype.FLOAT32);

    assertEquals(
        planner.pass(1, 65_536, 128),
        planner.pass(
            List.of(new MemoryPlanner.GroupShape(1, 65_536, 128, Set.of(Measure.SPAN_ATTENTION)))));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aPassTakesWhatThePlanSays() throws Exception {
    List<String> said =
        ChildJvm.run(MemoryPlannerTest.class)
            .lines()
            .filter(line -> line.startsWith("measured "))
            .toList();
    assertEquals(7, said.size(), said.toString());
    for (String line : said) {
      System.out.println(line);
      double ratio = Double.parseDouble(line.substring(9, line.indexOf(" of ")));
      assertTrue(ratio < 1.2, line);
      double ofTensors = Double.parseDouble(line.substring(line.indexOf("tensors ") + 8));
      assertTrue(ofTensors > 0.6, line);
    }
  }

  /**
   * The child process, in which nothing else has left memory behind. Shapes with little to compute
   * whose tensors are so large that nothing else counts.
   */
  public static void main(String[] arguments) {
    RotaryEmbedding rotary = new RotaryEmbedding(80, 10_000, new RotaryScaling.None());
    for (ModelConfig config :
        List.of(
            config(512, 32, 8, 512, rotary),
            config(2_560, 4, 4, 1_024, rotary),
            config(512, 4, 4, 8_192, rotary))) {
      try (RandomModel model = new RandomModel(config, Dtype.FLOAT32, "cpu")) {
        long measured = MemoryMeasurement.pass(model.decoder(), TOKENS, 16);
        MemoryPlan plan = model.decoder().memoryPlanner().pass(1, TOKENS, 16);
        report(measured, plan);
      }
    }
    manyGroups(config(2_560, 4, 4, 1_024, rotary));
    ModelConfig wide = config(2_560, 4, 4, 1_024, rotary);
    measure(wide, 16, Measure.MEAN_HIDDEN_STATE);
    measure(config(512, 32, 8, 512, rotary), 0, Measure.FIRST_LAYER_ATTENTION);
    measure(config(512, 32, 8, 512, rotary), 16, Measure.SPAN_ATTENTION);
    System.exit(0);
  }

  /**
   * What was measured beside the plan and beside the plan's tensors alone: the workspace is a
   * reserve for kernels, of which some processors use nothing.
   */
  private static void report(long measured, MemoryPlan plan) {
    double tensors = plan.bytes() - plan.terms().get("workspace");
    System.out.printf(
        Locale.ROOT,
        "measured %.3f of %s, tensors %.3f%n",
        (double) measured / plan.bytes(),
        plan,
        measured / tensors);
  }

  /** A batch of many groups, nearly all of whose tokens are scored. */
  private static void manyGroups(ModelConfig config) {
    List<SequenceGroup> groups = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      int[] tokens = new Random(i).ints(400 + i, 0, config.vocabularySize()).toArray();
      groups.add(new SequenceGroup(new int[][] {tokens}, 380, AttentionHeads.NONE));
    }
    try (RandomModel model = new RandomModel(config, Dtype.FLOAT32, "cpu")) {
      Decoder decoder = model.decoder();
      decoder.forward(List.of(PackedBatch.of(groups.get(0))));
      List<PackedBatch> batch = List.of(new PackedBatch(groups));
      long measured = ProcessMemory.peakOf(() -> decoder.forward(batch));
      MemoryPlan plan =
          decoder.memoryPlanner().pass(groups.stream().map(MemoryPlannerTest::shape).toList());
      report(measured, plan);
    }
  }

  /** A pass that measures something beside the losses, or nothing else. */
  private static void measure(ModelConfig config, int response, Measure measure) {
    int[] tokens = new Random(1).ints(TOKENS, 0, config.vocabularySize()).toArray();
    SequenceGroup group =
        new SequenceGroup(new int[][] {tokens}, response, AttentionHeads.NONE, Set.of(measure));
    try (RandomModel model = new RandomModel(config, Dtype.FLOAT32, "cpu")) {
      Decoder decoder = model.decoder();
      decoder.negativeLogLikelihood(new int[1][64], 1);
      long measured = ProcessMemory.peakOf(() -> decoder.forward(List.of(PackedBatch.of(group))));
      report(measured, decoder.memoryPlanner().pass(List.of(shape(group))));
    }
  }

  private static MemoryPlanner.GroupShape shape(SequenceGroup group) {
    return new MemoryPlanner.GroupShape(
        group.count(), group.length(), group.responseTokens(), group.measures());
  }

  private static ModelConfig config(
      int hidden, int heads, int keyValueHeads, int inner, RotaryEmbedding rotary) {
    return new ModelConfig(
        Family.LLAMA,
        2,
        hidden,
        heads,
        keyValueHeads,
        80,
        inner,
        300,
        1e-5,
        true,
        -1,
        LayerConfig.plain(2, 80),
        rotary,
        rotary);
  }

  private static MemoryPlanner planner(ModelShape shape, Dtype type) {
    return MemoryPlanner.of(shape.config(), type);
  }
}
