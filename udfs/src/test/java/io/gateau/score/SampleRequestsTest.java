package io.gateau.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.math.Perplexity;
import io.gateau.model.DeviceMemory;
import io.gateau.model.ModelCache;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.decoder.AttentionHeads;
import io.gateau.model.decoder.Decoder;
import io.gateau.model.decoder.StreamedLayersTest;
import io.gateau.testing.NaiveDecoder;
import io.gateau.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signals of one pass share its sequences; what one of them needs does not change the others. */
class SampleRequestsTest {
  private static final Signal RESPONSE_LOSS = new ResponseLoss();
  private static final Signal SEGMENT_ATTENTION = new SegmentAttention();
  private static final Signal SEGMENT_LOSS = new SegmentLoss();
  private static final Signal BARE_LOSS = new BareResponseLoss();
  private static final ScoringConfig CONFIG =
      new ScoringConfig(PromptTemplate.GATEAU, 4_096, 16, 400);

  @TempDir Path directory;
  private Path model;
  private Decoder decoder;
  private SampleScorer scorer;

  @BeforeEach
  void load() throws Exception {
    model = TinyCheckpoint.tied().write(directory);
    decoder =
        ModelCache.decoder(
            new ModelSpec(model.toString(), ModelSpec.CONFIGURED_THETA, Dtype.FLOAT32, "cpu"));
    scorer = new SampleScorer(decoder, CONFIG);
  }

  @AfterEach
  void close() {
    ModelCache.closeAll();
  }

  /** A signal of a user: the attention that a whole sequence receives from chosen heads. */
  private record ReceivedAttention(Pass pass, AttentionFocus focus) implements Signal {
    @Override
    public String name() {
      return "received-attention";
    }

    @Override
    public List<SignalColumn> columns() {
      return List.of(new SignalColumn("received_attention", SignalColumn.Type.DOUBLES));
    }

    @Override
    public AttentionHeads attentionHeads(ScoringConfig config, ModelConfig model) {
      return focus.in(model);
    }

    @Override
    public List<Object> value(
        TokenizedSample sample, ScoringConfig config, List<SequenceOutput> outputs) {
      return outputs.stream().map(output -> (Object) output.attention()).toList();
    }
  }

  @Test
  void lossAndAttentionOfTheWholeSampleReadItOnce() {
    List<TokenizedSample> samples = StreamedLayersTest.samples(4);
    long tokens = samples.stream().mapToLong(TokenizedSample::tokens).sum();

    var both = scorer.score(samples, List.of(RESPONSE_LOSS, SEGMENT_ATTENTION));

    assertEquals(4, decoder.inferenceCount().sequences());
    assertEquals(tokens, decoder.inferenceCount().tokens());
    var losses = scorer.score(samples, List.of(RESPONSE_LOSS));
    var attentions = scorer.score(samples, List.of(SEGMENT_ATTENTION));
    assertEquals(12, decoder.inferenceCount().sequences());
    for (int i = 0; i < samples.size(); i++) {
      Map<Signal, List<Object>> values = both.get(i).orElseThrow();
      assertLosses(losses.get(i).orElseThrow().get(RESPONSE_LOSS), values.get(RESPONSE_LOSS));
      assertArrayEquals(
          doubles(attentions.get(i).orElseThrow().get(SEGMENT_ATTENTION)),
          doubles(values.get(SEGMENT_ATTENTION)),
          "the same requests in the same batches: to the bit");
    }
  }

  /* The attention of two layers with four heads is collected where a signal asks for it, only. */
  @Test
  void theLossAloneCollectsNoAttention() {
    TokenizedSample sample = StreamedLayersTest.samples(1).get(0);

    SampleRequests loss = scored(sample, RESPONSE_LOSS);
    SampleRequests both = scored(sample, RESPONSE_LOSS, SEGMENT_ATTENTION);

    assertEquals(List.of(AttentionHeads.NONE), heads(loss));
    assertEquals(0, loss.requests().get(0).output().attention().length);
    assertEquals(List.of(AttentionHeads.all(decoder.config())), heads(both));
    assertEquals(sample.tokens(), both.requests().get(0).output().attention().length);
  }

  @Test
  void theOrderOfTheSignalsDoesNotMatter() {
    TokenizedSample sample = StreamedLayersTest.samples(1).get(0);

    SampleRequests one = scored(sample, RESPONSE_LOSS, SEGMENT_ATTENTION, SEGMENT_LOSS);
    SampleRequests other = scored(sample, SEGMENT_LOSS, SEGMENT_ATTENTION, RESPONSE_LOSS);

    assertEquals(heads(one), heads(other));
    assertEquals(
        List.of(RESPONSE_LOSS, SEGMENT_ATTENTION, SEGMENT_LOSS),
        List.copyOf(one.values().keySet()));
    assertEquals(one.values().get(RESPONSE_LOSS).get(0), other.values().get(RESPONSE_LOSS).get(0));
    assertArrayEquals(
        doubles(one.values().get(SEGMENT_LOSS)), doubles(other.values().get(SEGMENT_LOSS)));
    assertArrayEquals(
        doubles(one.values().get(SEGMENT_ATTENTION)),
        doubles(other.values().get(SEGMENT_ATTENTION)));
  }

  /* Each sample needs something else; a sample that needs nothing is not read. */
  @Test
  void everyItemGetsItsOwnSignalsOnly() {
    List<TokenizedSample> samples = StreamedLayersTest.samples(5);
    List<List<Signal>> needs =
        List.of(
            List.of(RESPONSE_LOSS),
            List.of(),
            List.of(RESPONSE_LOSS, SEGMENT_ATTENTION),
            List.of(SEGMENT_LOSS),
            List.of(SEGMENT_ATTENTION, BARE_LOSS));
    // Without a start token a response of one token has no bare loss.
    assertTrue(samples.get(4).response().length > 1);
    long segments = CONFIG.segments(samples.get(3).context().length).count();
    List<Integer> order = new ArrayList<>();
    List<Map<Signal, List<Object>>> values = new ArrayList<>();

    scorer.<Integer>score(
        List.of(0, 1, 2, 3, 4),
        samples::get,
        needs::get,
        (item, value) -> {
          order.add(item);
          values.add(value.orElseThrow());
        });

    assertEquals(List.of(0, 1, 2, 3, 4), order);
    assertEquals(1 + 1 + segments + 2, decoder.inferenceCount().sequences());
    for (int i = 0; i < samples.size(); i++) {
      assertEquals(needs.get(i), List.copyOf(values.get(i).keySet()));
    }
    assertLosses(alone(samples.get(0), RESPONSE_LOSS), values.get(0).get(RESPONSE_LOSS));
    assertLosses(alone(samples.get(2), RESPONSE_LOSS), values.get(2).get(RESPONSE_LOSS));
    assertLosses(alone(samples.get(4), BARE_LOSS), values.get(4).get(BARE_LOSS));
    assertArrayEquals(
        doubles(alone(samples.get(3), SEGMENT_LOSS)),
        doubles(values.get(3).get(SEGMENT_LOSS)),
        1e-5);
    for (int i : new int[] {2, 4}) {
      assertArrayEquals(
          doubles(alone(samples.get(i), SEGMENT_ATTENTION)),
          doubles(values.get(i).get(SEGMENT_ATTENTION)),
          1e-6);
    }
  }

  @Test
  void noItemsAndNoSignalsReadNothing() {
    assertEquals(List.of(), scorer.score(List.of(), List.of(RESPONSE_LOSS)));
    assertEquals(
        Map.of(), scorer.score(StreamedLayersTest.samples(1), List.of()).get(0).orElseThrow());
    assertEquals(0, decoder.inferenceCount().sequences());
  }

  @Test
  void twoChoicesOfHeadsForOnePassAreAnError() {
    TokenizedSample sample = StreamedLayersTest.samples(1).get(0);
    Signal first = new ReceivedAttention(Pass.WHOLE, new AttentionFocus("0", "all"));

    for (Signal second :
        List.of(
            SEGMENT_ATTENTION,
            new ReceivedAttention(Pass.WHOLE, new AttentionFocus("last:2", "0-3")))) {
      assertEquals(
          "two signals ask one pass for the attention of AttentionHeads[layers=[0], heads=[0, 1, 2,"
              + " 3]] and of AttentionHeads[layers=[0, 1], heads=[0, 1, 2, 3]]",
          assertThrows(
                  IllegalStateException.class,
                  () -> scorer.score(List.of(sample), List.of(first, RESPONSE_LOSS, second)))
              .getMessage());
    }
    assertEquals(0, decoder.inferenceCount().sequences());
  }

  @Test
  void oneChoiceWrittenInTwoWaysIsNoError() {
    TokenizedSample sample = StreamedLayersTest.samples(1).get(0);
    Signal same = new ReceivedAttention(Pass.WHOLE, new AttentionFocus("1,0", "first:4"));

    scorer.score(List.of(sample), List.of(SEGMENT_ATTENTION, same));

    assertEquals(1, decoder.inferenceCount().sequences());
  }

  /* Each pass collects what its own signals ask for: one head of each segment, all of the whole. */
  @Test
  void aNewSignalMayCollectAttentionOfAnyPass() throws Exception {
    TokenizedSample sample = StreamedLayersTest.samples(1).get(0);
    int response = sample.response().length;
    NaiveDecoder naive = new NaiveDecoder(model);
    Signal chosen = new ReceivedAttention(Pass.SEGMENTS, new AttentionFocus("last:1", "2"));

    Map<Signal, List<Object>> values =
        scorer
            .score(List.of(sample), List.of(chosen, SEGMENT_LOSS, SEGMENT_ATTENTION))
            .get(0)
            .orElseThrow();

    List<int[]> segments =
        CONFIG
            .segments(sample.context().length)
            .map(segment -> sample.sequence(segment.from(), segment.to()))
            .toList();
    assertTrue(segments.size() > 2);
    assertEquals(segments.size(), values.get(chosen).size());
    assertEquals(1 + segments.size(), decoder.inferenceCount().sequences());
    for (int i = 0; i < segments.size(); i++) {
      NaiveDecoder.Trace trace = naive.run(segments.get(i), segments.get(i).length - response);
      assertArrayEquals(
          trace.attention(List.of(1), List.of(2)), (double[]) values.get(chosen).get(i), 1e-6);
      assertEquals(Perplexity.meanLoss(trace.nll()), doubles(values.get(SEGMENT_LOSS))[i], 1e-5);
    }
    assertArrayEquals(
        doubles(alone(sample, SEGMENT_ATTENTION)), doubles(values.get(SEGMENT_ATTENTION)), 1e-6);
  }

  @Test
  void aRequestThatWasNotScoredHasNoValue() {
    SampleRequests requests = requests(StreamedLayersTest.samples(1).get(0), RESPONSE_LOSS);

    assertEquals(
        "the request has no result yet",
        assertThrows(IllegalStateException.class, requests::values).getMessage());
  }

  private SampleRequests scored(TokenizedSample sample, Signal... signals) {
    SampleRequests requests = requests(sample, signals);
    new BatchScheduler(decoder, CONFIG.batchTokens(), DeviceMemory.UNLIMITED)
        .score(List.of(requests));
    return requests;
  }

  private SampleRequests requests(TokenizedSample sample, Signal... signals) {
    Collection<Signal> all = List.of(signals);
    return new SampleRequests(sample, CONFIG, decoder.config(), all);
  }

  private static List<AttentionHeads> heads(SampleRequests requests) {
    return requests.requests().stream().map(Request::attentionHeads).toList();
  }

  private List<Object> alone(TokenizedSample sample, Signal signal) {
    return scorer.score(List.of(sample), List.of(signal)).get(0).orElseThrow().get(signal);
  }

  private static void assertLosses(List<Object> expected, List<Object> actual) {
    assertEquals((double) expected.get(0), (double) actual.get(0), 1e-5);
    assertArrayEquals((float[]) expected.get(1), (float[]) actual.get(1), 1e-5f);
  }

  private static double[] doubles(List<Object> value) {
    return (double[]) value.get(0);
  }
}
