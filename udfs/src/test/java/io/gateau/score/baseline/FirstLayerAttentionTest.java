package io.gateau.score.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.model.ModelCache;
import io.gateau.model.ModelSpec;
import io.gateau.model.Work;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.decoder.Decoder;
import io.gateau.model.decoder.Measure;
import io.gateau.model.decoder.StreamedLayersTest;
import io.gateau.score.Pass;
import io.gateau.score.PromptTemplate;
import io.gateau.score.ResponseLoss;
import io.gateau.score.SampleScorer;
import io.gateau.score.ScoringConfig;
import io.gateau.score.SequenceOutput;
import io.gateau.score.Signal;
import io.gateau.score.SignalColumn;
import io.gateau.score.TokenizedSample;
import io.gateau.testing.NaiveDecoder;
import io.gateau.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DS and DU of samples, for which nothing but the first layer is computed. */
class FirstLayerAttentionTest {
  private static final Signal SIGNAL = new FirstLayerAttention();
  private static final Signal LOSS = new ResponseLoss();
  private static final ScoringConfig CONFIG =
      new ScoringConfig(PromptTemplate.GATEAU, 4_096, 16, 8_000);

  @TempDir Path directory;

  @AfterEach
  void close() {
    ModelCache.closeAll();
  }

  @Test
  void nameVersionAndColumnsNeverChange() {
    assertEquals("first-layer-attention", SIGNAL.name());
    assertEquals(1, SIGNAL.version());
    assertEquals(Pass.FIRST_LAYER, SIGNAL.pass());
    assertEquals(
        List.of(
            new SignalColumn("dependency_strength", SignalColumn.Type.DOUBLE),
            new SignalColumn("dependency_uniformity", SignalColumn.Type.DOUBLE)),
        SIGNAL.columns());
  }

  /* Ten tokens, two heads: DS (1 + 3) / 10 / 2; variances (0.5 - 0.01) / 99, (2 - 0.09) / 99. */
  @Test
  void theValueIsWorkedFromTheSumsOfTheHeads() {
    SequenceOutput output =
        new SequenceOutput(
            new double[0],
            new double[0],
            Map.of(Measure.FIRST_LAYER_ATTENTION, new double[] {1, 3, 0.5, 2}));
    TokenizedSample ten =
        new TokenizedSample(new int[1], new int[1], new int[4], new int[2], new int[2], false);

    List<Object> value = SIGNAL.value(ten, CONFIG, List.of(output));

    assertEquals(0.2, (double) value.get(0), 1e-15);
    assertEquals(-(0.49 + 1.91) / 99 / 2, (double) value.get(1), 1e-15);
  }

  /* Three samples with both signals are two batches: one of three sequences for each pass. */
  @Test
  void samplesAreMeasuredAsTheNaiveDecoderDoesInABatchOfTheirOwn() throws Exception {
    Path model = TinyCheckpoint.separate().write(directory);
    Decoder decoder =
        ModelCache.decoder(
            new ModelSpec(model.toString(), ModelSpec.CONFIGURED_THETA, Dtype.FLOAT32, "cpu"));
    SampleScorer scorer = new SampleScorer(decoder, CONFIG);
    List<Work> works = new ArrayList<>();
    scorer.listener((work, sequences) -> works.add(work));
    NaiveDecoder naive = new NaiveDecoder(model);
    List<TokenizedSample> samples = StreamedLayersTest.samples(3);

    var both = scorer.score(samples, List.of(SIGNAL, LOSS));

    assertEquals(6, decoder.inferenceCount().sequences());
    assertEquals(2, decoder.inferenceCount().batches());
    assertEquals(works.get(0).tokens(), works.get(1).tokens());
    assertTrue(works.get(1).flops() < works.get(0).flops() / 4, works.toString());
    var losses = scorer.score(samples, List.of(LOSS));
    for (int i = 0; i < samples.size(); i++) {
      Map<Signal, List<Object>> values = both.get(i).orElseThrow();
      double[] expected = strengthAndUniformity(naive.attention(samples.get(i).sequence())[0]);
      assertEquals(expected[0], (double) values.get(SIGNAL).get(0), 1e-6, "sample " + i);
      assertEquals(
          expected[1], (double) values.get(SIGNAL).get(1), 1e-5 * -expected[1], "sample " + i);
      assertEquals(
          (double) losses.get(i).orElseThrow().get(LOSS).get(0), (double) values.get(LOSS).get(0));
    }
  }

  /** From the whole matrices, entry by entry. */
  private static double[] strengthAndUniformity(double[][][] heads) {
    double strength = 0;
    double uniformity = 0;
    for (double[][] weights : heads) {
      int tokens = weights.length;
      double sum = 0;
      for (int query = 0; query < tokens; query++) {
        for (int key = 0; key < tokens; key++) {
          weights[query][key] = query - key >= tokens / 4.0 ? weights[query][key] : 0;
          sum += weights[query][key];
        }
      }
      double mean = sum / tokens / tokens;
      double distances = 0;
      for (double[] row : weights) {
        for (double weight : row) {
          distances += (weight - mean) * (weight - mean);
        }
      }
      strength += sum / tokens / heads.length;
      uniformity -= distances / (tokens * tokens - 1) / heads.length;
    }
    return new double[] {strength, uniformity};
  }
}
