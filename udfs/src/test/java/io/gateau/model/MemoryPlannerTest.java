package io.gateau.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
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
          assertEquals(2 * count, planner(shape, NumberType.BFLOAT16).weights(), shape.code());
          assertEquals(4 * count, planner(shape, NumberType.FLOAT32).weights(), shape.code());
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
    MemoryPlan plan = planner(ModelShape.SMALL, NumberType.FLOAT32).pass(1, 65_536, 128);
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
    for (NumberType type : NumberType.values()) {
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

  @Test
  @EnabledOnOs(OS.LINUX)
  void aPassTakesWhatThePlanSays() throws Exception {
    List<String> said =
        ChildJvm.run(MemoryPlannerTest.class)
            .lines()
            .filter(line -> line.startsWith("measured "))
            .toList();
    assertEquals(4, said.size(), said.toString());
    for (String line : said) {
      System.out.println(line);
      double ratio = Double.parseDouble(line.substring(9, line.indexOf(" of ")));
      assertTrue(ratio > 0.5 && ratio < 1.2, line);
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
      try (RandomModel model = new RandomModel(config, NumberType.FLOAT32, "cpu")) {
        long measured = MemoryMeasurement.pass(model.decoder(), TOKENS, 16);
        MemoryPlan plan = model.decoder().planner().pass(1, TOKENS, 16);
        System.out.println("measured " + (double) measured / plan.bytes() + " of " + plan);
      }
    }
    manyReadings(config(2_560, 4, 4, 1_024, rotary));
    System.exit(0);
  }

  /** A batch of many readings, nearly all of whose tokens are scored. */
  private static void manyReadings(ModelConfig config) {
    List<Reading> readings = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      int[] tokens = new Random(i).ints(400 + i, 0, config.vocabularySize()).toArray();
      readings.add(new Reading(new int[][] {tokens}, 380, Optional.empty()));
    }
    try (RandomModel model = new RandomModel(config, NumberType.FLOAT32, "cpu")) {
      Decoder decoder = model.decoder();
      decoder.read(List.of(Batch.of(readings.get(0))));
      List<Batch> batch = List.of(new Batch(readings));
      long measured = ProcessMemory.peakOf(() -> decoder.read(batch));
      MemoryPlan plan = decoder.planner().pass(readings.stream().map(Reading::shape).toList());
      System.out.println("measured " + (double) measured / plan.bytes() + " of " + plan);
    }
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
        BlockOptions.plain(2, 80),
        rotary,
        rotary);
  }

  private static MemoryPlanner planner(ModelShape shape, NumberType type) {
    return MemoryPlanner.of(shape.config(), type);
  }
}
