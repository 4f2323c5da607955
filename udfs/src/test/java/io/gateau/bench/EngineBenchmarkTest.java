package io.gateau.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.torch.TensorScope;
import java.util.List;
import org.junit.jupiter.api.Test;

class EngineBenchmarkTest {
  private static final ModelConfig TWO_LAYERS = ModelShape.SMALL.config().withLayers(2);

  /*
   * One layer, a token: q and o 768 x 768 each, k and v 768 x 256 each, feed-forward 3 x 768 x 2048:
   * 1,179,648 + 393,216 + 4,718,592 = 6,291,456; attention T x 768 (scores and values over half of
   * T keys). Head: 768 x 32,000 = 24,576,000 a scored token. Twice that in operations.
   */
  @Test
  void workIsThatOfAWholeForwardPass() {
    try (EngineBenchmark bench = new EngineBenchmark(TWO_LAYERS, Dtype.FLOAT32, "cpu", 1, 1)) {
      double layers = 2.0 * 100 * (6_291_456 + 100 * 768);
      assertEquals(2 * 3 * (layers + 5 * 24_576_000.0), bench.operations(3, 100, 5), 1);
    }
  }

  @Test
  void ratesFollowFromTheTimeOfAPass() {
    try (EngineBenchmark bench = new EngineBenchmark(TWO_LAYERS, Dtype.FLOAT32, "cpu", 2, 1)) {
      PassRate rate = bench.passes(2, 64, 8);

      assertEquals(128 / rate.seconds(), rate.tokensPerSecond(), 1e-6);
      assertEquals(bench.operations(2, 64, 8) / rate.seconds() / 1e9, rate.gigaflops(), 1e-9);
      assertTrue(rate.gemmShare() > 0 && rate.gemmShare() < 10, rate.toString());
      assertEquals(4, bench.gemmRates().size());
      assertTrue(bench.focusRatio(64, 8) > 0);
      ScoringCost cost = bench.scoringCost(256, 16, 64, 512);
      assertEquals(cost.publishedSeconds() / cost.seconds(), cost.ratio(), 1e-12);
    }
  }

  /* A product of 64 x 32 with the transpose of 16 x 32: 64 x 32 x 16 = 32,768 multiply-adds. */
  @Test
  void productsAndPassesAreComputedInSixteenBits() {
    for (Dtype type : List.of(Dtype.BFLOAT16, Dtype.FLOAT16)) {
      try (RandomModel model = new RandomModel(TWO_LAYERS, type, "cpu");
          TensorScope scope = new TensorScope()) {
        Gemm gemm = new Gemm(model, type, scope, 64, 32, 16);
        gemm.run();
        double[] losses = model.decoder().negativeLogLikelihood(new int[1][64], 8)[0];

        assertEquals(8, losses.length, type.toString());
        assertEquals(65_536, gemm.operations(), type.toString());
        GemmRate rate = gemm.rate(3, 0.5);
        assertEquals(3 * 65_536 / 0.5 / 1e9, rate.gigaflops(), 1e-12, type.toString());
      }
    }
  }

  /* 10 + 17 + 25 + 32 + 40 tokens. */
  @Test
  void shortSamplesAreTimedOneByOneAndInBatches() {
    try (EngineBenchmark bench = new EngineBenchmark(TWO_LAYERS, Dtype.FLOAT32, "cpu", 1, 1)) {
      ShortSampleRate small = bench.shortSamples(5, 10, 40, 5);

      assertEquals(5, small.samples());
      assertEquals(10, small.shortest());
      assertEquals(40, small.longest());
      assertTrue(small.unbatched() > 0, small.toString());
      assertEquals(small.speedup(), small.batched() / small.unbatched(), 1e-9);
    }
  }

  @Test
  void noRoundsMeasureNothing() {
    var thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> new EngineBenchmark(TWO_LAYERS, Dtype.FLOAT32, "cpu", 0, 1));
    assertEquals("rounds is 0; it must be 1 or more", thrown.getMessage());
  }

  /* Two tasks read twice as much; what they do is the same, so the rate doubles. */
  @Test
  void tasksSideBySideCountTogether() {
    try (EngineBenchmark bench = new EngineBenchmark(TWO_LAYERS, Dtype.FLOAT32, "cpu", 3, 2)) {
      PassRate rate = bench.passes(2, 64, 8);

      assertEquals(2 * 128 / rate.seconds(), rate.tokensPerSecond(), 1e-6);
      double operations = 2 * bench.operations(2, 64, 8);
      assertEquals(operations / rate.seconds() / 1e9, rate.gigaflops(), 1e-9);
    }
    var thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> new EngineBenchmark(TWO_LAYERS, Dtype.FLOAT32, "cpu", 1, 0));
    assertEquals("tasks is 0; it must be 1 or more", thrown.getMessage());
  }

  @Test
  void aGpuThatIsNotThereIsAnError() {
    String complaint =
        assertThrows(
                ModelException.class,
                () -> new EngineBenchmark(TWO_LAYERS, Dtype.FLOAT32, "cuda:777", 1, 1))
            .getMessage();
    assertTrue(complaint.startsWith("device cuda:777 "), complaint);
  }
}
