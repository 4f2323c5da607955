package io.gateau.score.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gateau.bench.ModelShape;
import io.gateau.model.ForwardCost;
import io.gateau.model.Work;
import io.gateau.model.checkpoint.Family;
import io.gateau.model.checkpoint.LayerConfig;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.RotaryEmbedding;
import io.gateau.model.checkpoint.RotaryScaling;
import io.gateau.score.BareResponseLoss;
import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import io.gateau.score.PromptTemplate;
import io.gateau.score.ResponseLoss;
import io.gateau.score.SampleLengths;
import io.gateau.score.ScoringConfig;
import io.gateau.score.SegmentAttention;
import io.gateau.score.SegmentLoss;
import io.gateau.score.baseline.FirstLayerAttention;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Work counted by hand. */
class SampleCostTest {
  private static final ScoringConfig SEGMENTS_OF_FOUR =
      new ScoringConfig(PromptTemplate.GATEAU, 1_000, 4, ScoringConfig.AUTO_BATCH);

  /* One token of start, ten of context (segments of 4, 4 and 2), three around, two of response. */
  private static final SampleLengths SAMPLE = new SampleLengths(1, 10, 3, 2);

  /* Two layers of 8, two heads of 4 with one pair of keys and values, inner 16, 32 words. */
  private static ModelConfig tiny(Integer... windows) {
    LayerConfig plain = LayerConfig.plain(windows.length, 4);
    RotaryEmbedding rotary = new RotaryEmbedding(4, 10_000, new RotaryScaling.None());
    return new ModelConfig(
        Family.LLAMA,
        windows.length,
        8,
        2,
        1,
        4,
        16,
        32,
        1e-5,
        true,
        -1,
        new LayerConfig(
            plain.norms(),
            plain.headNorms(),
            plain.projections(),
            plain.biased(),
            plain.activation(),
            plain.embeddingScale(),
            plain.attentionScale(),
            List.of(windows)),
        rotary,
        rotary);
  }

  private static final ModelConfig TINY = tiny(0, 0);

  /* Weights of a layer: 8 (8 + 8 + 4 + 4) + 3 * 8 * 16 = 576. */
  private static final double PER_TOKEN = 2 * 2 * 576;

  /* q k^T and the weighted sum: 2 * 2 operations for each of 8 numbers, in two layers. */
  private static final double PER_PAIR = 2 * 4 * 8;

  private static final double PER_LOSS = 2 * 8 * 32;

  /*
   * Queries and keys: 2 * 8 (8 + 4) = 192 operations a token; scores: 2 * 8 a pair. Ten tokens have
   * 55 pairs, and 34 within a window of four.
   */
  @Test
  void theFirstLayersAttentionIsItsQueriesKeysAndScores() {
    assertEquals(0, new ForwardCost(TINY).firstLayerAttentionFlops(0));
    assertEquals(
        10 * 192 + 55 * 16, new ForwardCost(TINY).firstLayerAttentionFlops(10), "of one layer");
    assertEquals(10 * 192 + 34 * 16, new ForwardCost(tiny(4, 0)).firstLayerAttentionFlops(10));
    ModelSignal attention = ModelSignal.ofLong(new FirstLayerAttention());
    assertEquals(
        new Work(16, 16 * 192 + 136 * 16),
        new SampleCost(Map.of(ModelRole.LONG, TINY), SEGMENTS_OF_FOUR)
            .of(SAMPLE, List.of(attention)));
  }

  @Test
  void aSequenceIsItsWeightsItsPairsAndItsLosses() {
    ForwardCost cost = new ForwardCost(TINY);

    assertEquals(0, cost.flops(0, 0));
    assertEquals(PER_TOKEN + PER_PAIR + PER_LOSS, cost.flops(1, 1));
    assertEquals(10 * PER_TOKEN + 55 * PER_PAIR + 2 * PER_LOSS, cost.flops(10, 2));
  }

  /* Of ten tokens the first three see 1, 2 and 3 keys, the other seven see 3. */
  @Test
  void aSlidingWindowHasFewerPairs() {
    double full = new ForwardCost(tiny(0)).flops(10, 0);
    double window = new ForwardCost(tiny(3)).flops(10, 0);

    assertEquals((55 - (6 + 7 * 3)) * PER_PAIR / 2, full - window);
    assertEquals(new ForwardCost(tiny(0)).flops(3, 0), new ForwardCost(tiny(3)).flops(3, 0));
  }

  /* 8.03e9 weights, of which 0.53e9 are the embedding and as many the projection to words. */
  @Test
  void llamaOfEightBillionWeightsCostsTwiceItsWeightsPerToken() {
    ForwardCost cost = new ForwardCost(ModelShape.LLAMA_3_8B.config());

    assertEquals(2 * (8.03e9 - 2 * 0.525e9), cost.flops(1, 0), 0.01e9);
  }

  @Test
  void signalsOfOnePassShareIt() {
    SampleCost cost = new SampleCost(Map.of(ModelRole.LONG, TINY), SEGMENTS_OF_FOUR);
    Work whole = new Work(16, 16 * PER_TOKEN + 136 * PER_PAIR + 2 * PER_LOSS);

    assertEquals(whole, cost.of(SAMPLE, List.of(ModelSignal.ofLong(new ResponseLoss()))));
    assertEquals(
        whole,
        cost.of(
            SAMPLE,
            List.of(
                ModelSignal.ofLong(new ResponseLoss()),
                ModelSignal.ofLong(new SegmentAttention()))));
  }

  /* Segments of 4, 4 and 2 tokens with 6 beside them; the bare response has 1 + 2. */
  @Test
  void passesAndModelsAddUp() {
    SampleCost cost =
        new SampleCost(Map.of(ModelRole.SHORT, TINY, ModelRole.LONG, TINY), SEGMENTS_OF_FOUR);
    ForwardCost pass = new ForwardCost(TINY);

    Work work =
        cost.of(
            SAMPLE,
            List.of(
                ModelSignal.ofShort(new ResponseLoss()),
                ModelSignal.ofLong(new SegmentLoss()),
                ModelSignal.ofLong(new BareResponseLoss())));

    assertEquals(16 + (10 + 10 + 8) + 3, work.tokens());
    assertEquals(
        pass.flops(16, 2) + 2 * pass.flops(10, 2) + pass.flops(8, 2) + pass.flops(3, 2),
        work.flops());
    assertEquals(Work.NONE, cost.of(SAMPLE, List.of()));
  }

  @Test
  void negativeLengthsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new SampleLengths(0, -1, 0, 0));
  }
}
