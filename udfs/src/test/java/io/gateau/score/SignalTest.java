package io.gateau.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.testing.FamilyCheckpoint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a signal is called, what decides it, where it is defined, and its value worked by hand. */
class SignalTest {
  private static final List<Signal> ALL =
      List.of(
          new ResponseLoss(), new SegmentLoss(), new SegmentAttention(), new BareResponseLoss());

  @TempDir Path temporary;

  /* These texts and numbers are keys and columns on disk. A change makes stored signals worthless. */
  @Test
  void namesVersionsAndColumnsNeverChange() {
    assertEquals(
        """
        response-loss 1 WHOLE: loss DOUBLE, token_loss FLOATS
        segment-loss 1 SEGMENTS: segment_loss DOUBLES
        segment-attention 1 WHOLE: segment_attention DOUBLES
        bare-response-loss 1 BARE: bare_loss DOUBLE, bare_token_loss FLOATS
        """,
        ALL.stream().map(SignalTest::line).collect(Collectors.joining()));
    assertEquals(1, SampleScorer.NUMERICS_VERSION);
  }

  private static String line(Signal signal) {
    return "%s %d %s: %s%n"
        .formatted(
            signal.name(),
            signal.version(),
            signal.pass(),
            signal.columns().stream()
                .map(column -> column.name() + " " + column.type())
                .collect(Collectors.joining(", ")));
  }

  @Test
  void noTwoSignalsShareANameOrAColumn() {
    List<String> columns =
        ALL.stream().flatMap(signal -> signal.columns().stream()).map(SignalColumn::name).toList();

    assertEquals(ALL.size(), ALL.stream().map(Signal::name).distinct().count());
    assertEquals(columns.size(), Set.copyOf(columns).size());
  }

  @Test
  void aSignalIsAValueThatSerialisationKeeps() throws Exception {
    for (Signal signal : ALL) {
      assertEquals(signal, copy(signal));
      assertEquals(signal.hashCode(), copy(signal).hashCode());
      for (Signal other : ALL) {
        if (other != signal) {
          assertNotEquals(signal, other);
        }
      }
    }
  }

  // ---- Settings ----

  /* Gemma 3's fixture has 4 layers with 3 heads. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "all    | all   | 0-3 | 0-2",
        "0-3    | 2,1,0 | 0-3 | 0-2",
        "last:2 | all   | 2-3 | 0-2",
        "3,2    | 0-2   | 2-3 | 0-2",
        "1      | 0,2   | 1   | 0,2",
        "1-1    | 2,0-0 | 1   | 0,2"
      })
  void oneAttentionChoiceIsOneSetting(String layers, String heads, String ofLayers, String ofHeads)
      throws IOException {
    Map<String, String> settings =
        new SegmentAttention().settings(config(96, 32, layers, heads), gemma());

    assertEquals(
        "{segment-tokens=96, segment-overlap=32, attention-layers=%s, attention-heads=%s}"
            .formatted(ofLayers, ofHeads),
        settings.toString());
  }

  @Test
  void onlyWhatDecidesTheNumbersIsASetting() throws IOException {
    ScoringConfig config = config(96, 32, "last:1", "0");
    ModelConfig gemma = gemma();

    assertEquals(Map.of(), new ResponseLoss().settings(config, gemma));
    assertEquals(Map.of(), new BareResponseLoss().settings(config, gemma));
    assertEquals(
        "{segment-tokens=96, segment-overlap=32}",
        new SegmentLoss().settings(config, gemma).toString());
  }

  @Test
  void layersThatTheModelLacksAreAnErrorOfTheModel() throws IOException {
    ModelConfig gemma = gemma();
    ScoringConfig config = config(96, 32, "4", "all");

    assertEquals(
        "attention-layers 4 asks for more than the long model has: 4, numbered 0 to 3; use all, or"
            + " some of these",
        assertThrows(ModelException.class, () -> new SegmentAttention().settings(config, gemma))
            .getMessage());
  }

  @Test
  void onlyTheAttentionCollectsAttention() throws IOException {
    ScoringConfig config = config(96, 32, "last:1", "0,2");
    ModelConfig gemma = gemma();

    for (Signal signal : ALL) {
      assertEquals(
          signal instanceof SegmentAttention
              ? "AttentionHeads[layers=[3], heads=[0, 2]]"
              : "AttentionHeads[layers=[], heads=[]]",
          signal.attentionHeads(config, gemma).toString(),
          signal.name());
    }
  }

  // ---- Where a signal is defined ----

  /*
   * context  segment-tokens  overlap  segments
   * 0        4               0        none
   * 1        4               0        0-1
   * 4        4               0        0-4
   * 5        4               0        0-4 4-5
   * 4        4               3        0-4
   * 5        4               3        0-4 1-5
   * 6        4               1        0-4 3-6
   * 1        1               0        0-1
   * 2        1               0        0-1 1-2
   */
  @ParameterizedTest
  @CsvSource({
    "0, 4, 0, too-short",
    "1, 4, 0, too-short",
    "4, 4, 0, too-short",
    "5, 4, 0, ok",
    "4, 4, 3, too-short",
    "5, 4, 3, ok",
    "6, 4, 1, ok",
    "1, 1, 0, too-short",
    "2, 1, 0, ok"
  })
  void segmentSignalsNeedTwoSegments(int context, int tokens, int overlap, String status) {
    TokenizedSample sample = sample(1, context, 2);
    ScoringConfig config = config(tokens, overlap, "all", "all");

    assertEquals(status, new SegmentLoss().before(sample, config).code());
    assertEquals(status, new SegmentAttention().before(sample, config).code());
    assertEquals(SampleStatus.OK, new ResponseLoss().before(sample, config));
    assertEquals(SampleStatus.OK, new BareResponseLoss().before(sample, config));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, ok", "1, 2, ok", "0, 1, too-short", "0, 2, ok", "0, 3, ok"})
  void aBareResponseNeedsATokenThatAnotherOnePrecedes(int start, int response, String status) {
    TokenizedSample sample = sample(start, 9, response);

    assertEquals(status, new BareResponseLoss().before(sample, ScoringConfig.DEFAULT).code());
    assertEquals(SampleStatus.OK, new ResponseLoss().before(sample, ScoringConfig.DEFAULT));
  }

  // ---- Values ----

  /*
   * losses          mean   the same from single precision
   * 0.5, 2.5, 0     1      1
   * 0.1, 0.3        0.2    0.20000000670552254  (0.1f is 0.10000000149011612, 0.3f 0.30000001192092896)
   */
  @Test
  void theLossIsAMeanInDoublePrecisionAndItsTokensAreRounded() {
    for (Signal signal : List.of(new ResponseLoss(), new BareResponseLoss())) {
      List<Object> exact = value(signal, config(4, 0, "all", "all"), losses(0.5, 2.5, 0));
      List<Object> rounded = value(signal, config(4, 0, "all", "all"), losses(0.1, 0.3));

      assertEquals(1.0, exact.get(0));
      assertArrayEquals(new float[] {0.5f, 2.5f, 0}, (float[]) exact.get(1));
      assertEquals(0.2, (double) rounded.get(0), 1e-16);
      assertArrayEquals(new float[] {0.1f, 0.3f}, (float[]) rounded.get(1));
    }
  }

  /* The means of (1, 2), (3, 6) and (0, 0): 1.5, 4.5, 0. */
  @Test
  void aSegmentsLossIsTheMeanOfItsSequence() {
    List<Object> value =
        value(
            new SegmentLoss(),
            config(2, 0, "all", "all"),
            losses(1, 2),
            losses(3, 6),
            losses(0, 0));

    assertArrayEquals(new double[] {1.5, 4.5, 0}, (double[]) value.get(0));
  }

  /*
   * start  prefix  context                   instruction  response
   * 0.1    0.1     0.02 0.04 0.06 0.08 0.3   0.1 0.1      0.1 0
   * segments of 2:                 0.03, 0.07, 0.3
   * segments of 3 that share 1:    0.04 (0.02 0.04 0.06), 0.44 / 3 (0.06 0.08 0.3)
   */
  @Test
  void aSegmentsAttentionIsTheMeanOverItsTokensBehindStartAndPrefix() {
    double[] attention = {0.1, 0.1, 0.02, 0.04, 0.06, 0.08, 0.3, 0.1, 0.1, 0.1, 0};
    SequenceOutput output = new SequenceOutput(new double[2], attention);

    assertArrayEquals(
        new double[] {0.03, 0.07, 0.3},
        (double[]) value(new SegmentAttention(), config(2, 0, "all", "all"), output).get(0),
        1e-15);
    assertArrayEquals(
        new double[] {0.04, 0.44 / 3},
        (double[]) value(new SegmentAttention(), config(3, 1, "all", "all"), output).get(0),
        1e-15);
  }

  @Test
  void aValueHasOneObjectOfItsTypeForEachColumn() {
    SequenceOutput output = new SequenceOutput(new double[] {1, 2}, new double[11]);
    for (Signal signal : ALL) {
      List<Object> value = value(signal, config(2, 0, "all", "all"), output);

      assertEquals(signal.columns().size(), value.size());
      for (int i = 0; i < value.size(); i++) {
        Class<?> type =
            switch (signal.columns().get(i).type()) {
              case DOUBLE -> Double.class;
              case DOUBLES -> double[].class;
              case FLOATS -> float[].class;
            };
        assertEquals(type, value.get(i).getClass(), signal.name());
      }
    }
  }

  private static List<Object> value(
      Signal signal, ScoringConfig config, SequenceOutput... outputs) {
    return signal.value(sample(1, 5, 2), config, Arrays.asList(outputs));
  }

  private static SequenceOutput losses(double... losses) {
    return new SequenceOutput(losses, new double[0]);
  }

  private static TokenizedSample sample(int start, int context, int response) {
    return new TokenizedSample(
        new int[start], new int[1], new int[context], new int[2], new int[response], false);
  }

  private static ScoringConfig config(int tokens, int overlap, String layers, String heads) {
    return new ScoringConfig(
        PromptTemplate.GATEAU, 100, tokens, overlap, new AttentionFocus(layers, heads), 100);
  }

  private ModelConfig gemma() throws IOException {
    return ModelConfig.read(FamilyCheckpoint.copy("gemma3", "config.json", temporary));
  }

  static <T> T copy(T value) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      @SuppressWarnings("unchecked")
      T read = (T) in.readObject();
      return read;
    }
  }
}
