package io.gateau.score.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.model.ModelCache;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.decoder.Decoder;
import io.gateau.model.decoder.Measure;
import io.gateau.score.Pass;
import io.gateau.score.PromptTemplate;
import io.gateau.score.ResponseLoss;
import io.gateau.score.SampleScorer;
import io.gateau.score.SampleStatus;
import io.gateau.score.ScoringConfig;
import io.gateau.score.SegmentAttention;
import io.gateau.score.SequenceOutput;
import io.gateau.score.Signal;
import io.gateau.score.SignalColumn;
import io.gateau.score.TokenizedSample;
import io.gateau.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dependency between the spans of samples. */
class SpanDependencyTest {
  private static final Signal SIGNAL = new SpanDependency();
  private static final ScoringConfig CONFIG =
      new ScoringConfig(PromptTemplate.GATEAU, 4_096, 128, 8_000);

  @TempDir Path directory;

  @AfterEach
  void close() {
    ModelCache.closeAll();
  }

  @Test
  void nameVersionAndColumnNeverChange() {
    assertEquals("span-dependency", SIGNAL.name());
    assertEquals(1, SIGNAL.version());
    assertEquals(Pass.WHOLE, SIGNAL.pass());
    assertEquals(
        List.of(new SignalColumn("contextual_dependency", SignalColumn.Type.DOUBLE)),
        SIGNAL.columns());
  }

  @Test
  void itTakesASampleOfMoreThanFourTimesFourSpansBeforeTheLast() {
    assertEquals(SampleStatus.TOO_SHORT, SIGNAL.before(sample(2_304), CONFIG));
    assertEquals(SampleStatus.OK, SIGNAL.before(sample(2_305), CONFIG));
  }

  /*
   * 2,817 tokens: the span at 2,689 asks for five spans, that at 2,177 for four. In the first layer
   * only the second one looks anywhere, in the second layer all is even.
   *
   * attention 0 2 0 0: deviation 1 (squares 0.25 + 2.25 + 0.25 + 0.25 = 3, over 3)
   * sum of (d / L) PFS: 1,024 / 2,817 * 2
   * CDS of the layer: (2,177 / 2,817) * 2,048 / 2,817 / 2 spans; the mean of two layers is half
   */
  @Test
  void theValueIsTheMeanOverTheLayers() {
    double[] focus = new double[18];
    focus[6] = 2;
    Arrays.fill(focus, 9, 18, 0.25);
    SequenceOutput output =
        new SequenceOutput(new double[1], new double[0], Map.of(Measure.SPAN_ATTENTION, focus));

    double value = (double) SIGNAL.value(sample(2_817), CONFIG, List.of(output)).get(0);

    assertEquals(2_177.0 / 2_817 * 2_048 / 2_817 / 2 / 2, value, 1e-15);
  }

  /* The pass of the loss and of the attention focus gives it, too, and each as it is alone. */
  @Test
  void itSharesThePassOfTheWholeSample() throws Exception {
    Path model = TinyCheckpoint.tied().write(directory);
    Decoder decoder =
        ModelCache.decoder(
            new ModelSpec(model.toString(), ModelSpec.CONFIGURED_THETA, Dtype.FLOAT32, "cpu"));
    SampleScorer scorer = new SampleScorer(decoder, CONFIG);
    TokenizedSample sample = sample(2_400);
    Signal loss = new ResponseLoss();
    Signal attention = new SegmentAttention();

    Map<Signal, List<Object>> all = values(scorer, sample, List.of(loss, SIGNAL, attention));

    assertEquals(1, decoder.inferenceCount().sequences());
    assertEquals(values(scorer, sample, List.of(SIGNAL)).get(SIGNAL), all.get(SIGNAL));
    assertEquals(values(scorer, sample, List.of(loss)).get(loss).get(0), all.get(loss).get(0));
    assertEquals(3, decoder.inferenceCount().sequences());
    assertTrue((double) all.get(SIGNAL).get(0) > 0);
  }

  private static Map<Signal, List<Object>> values(
      SampleScorer scorer, TokenizedSample sample, List<Signal> signals) {
    return scorer.score(List.of(sample), signals).get(0).orElseThrow();
  }

  private static TokenizedSample sample(int tokens) {
    int[] context = new Random(tokens).ints(tokens - 6, 0, 258).toArray();
    return new TokenizedSample(new int[1], new int[1], context, new int[2], new int[2], false);
  }
}
