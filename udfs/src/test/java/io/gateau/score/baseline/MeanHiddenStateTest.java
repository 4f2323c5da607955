package io.gateau.score.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gateau.model.ModelCache;
import io.gateau.model.ModelSpec;
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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mean hidden state of samples, of which a model reads each once. */
class MeanHiddenStateTest {
  private static final Signal SIGNAL = new MeanHiddenState();
  private static final Signal LOSS = new ResponseLoss();
  private static final ScoringConfig CONFIG =
      new ScoringConfig(PromptTemplate.GATEAU, 4_096, 16, 400);

  @TempDir Path directory;

  @AfterEach
  void close() {
    ModelCache.closeAll();
  }

  @Test
  void nameVersionAndColumnNeverChange() {
    assertEquals("mean-hidden-state", SIGNAL.name());
    assertEquals(1, SIGNAL.version());
    assertEquals(Pass.WHOLE, SIGNAL.pass());
    assertEquals(
        List.of(new SignalColumn("mean_hidden_state", SignalColumn.Type.FLOATS)), SIGNAL.columns());
  }

  /* 0.1 in single precision is 0.10000000149011612. */
  @Test
  void theMeanIsRoundedToSinglePrecision() {
    SequenceOutput output =
        new SequenceOutput(
            new double[1],
            new double[0],
            Map.of(Measure.MEAN_HIDDEN_STATE, new double[] {0.1, -2.5, 0}));

    assertArrayEquals(
        new float[] {0.1f, -2.5f, 0},
        (float[]) SIGNAL.value(sample(), CONFIG, List.of(output)).get(0));
  }

  @Test
  void itSharesThePassOfTheLossAndIsThatOfTheWholeSample() throws Exception {
    Path model = TinyCheckpoint.tied().write(directory);
    Decoder decoder =
        ModelCache.decoder(
            new ModelSpec(model.toString(), ModelSpec.CONFIGURED_THETA, Dtype.FLOAT32, "cpu"));
    SampleScorer scorer = new SampleScorer(decoder, CONFIG);
    NaiveDecoder naive = new NaiveDecoder(model);
    List<TokenizedSample> samples = StreamedLayersTest.samples(3);

    var both = scorer.score(samples, List.of(LOSS, SIGNAL));

    assertEquals(3, decoder.inferenceCount().sequences());
    var losses = scorer.score(samples, List.of(LOSS));
    for (int i = 0; i < samples.size(); i++) {
      float[] actual = (float[]) both.get(i).orElseThrow().get(SIGNAL).get(0);
      double[][] states = naive.hiddenStates(samples.get(i).sequence());
      assertEquals(decoder.config().hiddenSize(), actual.length);
      for (int d = 0; d < actual.length; d++) {
        double sum = 0;
        for (double[] state : states) {
          sum += state[d];
        }
        assertEquals(sum / states.length, actual[d], 1e-5, "sample " + i);
      }
      assertEquals(
          (double) losses.get(i).orElseThrow().get(LOSS).get(0),
          (double) both.get(i).orElseThrow().get(LOSS).get(0),
          1e-5);
    }
  }

  private static TokenizedSample sample() {
    return new TokenizedSample(new int[0], new int[1], new int[5], new int[2], new int[2], false);
  }
}
