package io.gateau.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NaiveDecoderTest {

  private static final double EXACT = 0;
  private static final double FLOAT = 1e-6; // the weights are stored as floats
  private static final String LAYER = "model.layers.0.";

  @TempDir Path directory;

  /*
   * One layer that adds nothing, every embedding (1, 1), so that the normed state is (1, 1).
   *
   *   token  head row     logit   probability
   *   0      (0, 0)       0       1/6
   *   1      (ln 2, 0)    ln 2    2/6
   *   2      (0, ln 3)    ln 3    3/6
   *   other  (-500, -500) -1000   0
   */
  @Test
  void theNllOfAThreeWayChoiceIsTheLogarithmOfItsOdds() throws Exception {
    NaiveDecoder.Trace trace = silent().run(new int[] {5, 0, 1, 2}, 1);

    assertArrayEquals(new double[] {Math.log(6), Math.log(3), Math.log(2)}, trace.nll(), FLOAT);
    assertEquals(Math.cbrt(36), trace.perplexity(), 1e-5);
  }

  /*
   * Zero queries make all scores equal: query p gives 1 / (p + 1) to each key up to itself.
   *
   *            key 0   1     2     3
   *   query 2  1/3    1/3   1/3
   *   query 3  1/4    1/4   1/4   1/4
   *   mean     7/24   7/24  7/24  3/24
   */
  @Test
  void zeroAttentionWeightsSpreadAttentionEvenlyOverEarlierTokensAndTheTokenItself()
      throws Exception {
    double[] attention = silent().run(new int[] {7, 0, 1, 2}, 2).attention();

    double[] expected = {7 / 24.0, 7 / 24.0, 7 / 24.0, 3 / 24.0};
    assertArrayEquals(expected, attention, 1e-15);
  }

  /*
   * Identity queries and keys of (1, 1), one pair turning by one radian a position: the score of
   * query p and key t is 2 cos(p - t) / sqrt(2).
   *
   *   key  score    exp       share of 6.815466
   *   0    -0.5885  0.555148  0.081454
   *   1     0.7641  2.147067  0.315029
   *   2     1.4142  4.113250  0.603517
   */
  @Test
  void attentionFollowsTheCosineOfTheDistance() throws Exception {
    silent();
    BrokenCheckpoint.setTensor(directory, LAYER + "self_attn.q_proj.weight", 1, 0, 0, 1);
    BrokenCheckpoint.setTensor(directory, LAYER + "self_attn.k_proj.weight", 1, 0, 0, 1);

    double[] attention = new NaiveDecoder(directory).run(new int[] {0, 1, 2}, 2).attention();

    assertArrayEquals(new double[] {0.081454, 0.315029, 0.603517}, attention, FLOAT);
  }

  /*
   * gate 1, up 2: silu(1) * 2 = 1.462117 is added to the first of (1, 1), and (2.462117, 1) has the
   * root mean square 1.879098: logits 1.310265 and 0.532170.
   */
  @Test
  void theFeedForwardPartIsSiluOfGateTimesUp() throws Exception {
    silent();
    BrokenCheckpoint.setTensor(directory, LAYER + "mlp.gate_proj.weight", 1, 0);
    BrokenCheckpoint.setTensor(directory, LAYER + "mlp.up_proj.weight", 2, 0);
    BrokenCheckpoint.setTensor(directory, LAYER + "mlp.down_proj.weight", 1, 0);
    setRows("lm_head.weight", new float[][] {{1, 0}, {0, 1}}, new float[] {0, 0});

    double[] logits = new NaiveDecoder(directory).logits(new int[] {9});

    assertArrayEquals(new double[] {1.310265, 0.532170, 0}, Arrays.copyOf(logits, 3), FLOAT);
  }

  /*
   * Two heads of 4, base 10,000: components 0 and 2 turn by 1 radian a position, 1 and 3 by 0.01.
   */
  @Test
  void rotationPairsEachComponentWithTheOneHalfAHeadAway() {
    double[] rotated = rotate(new double[] {1, 0, 0, 0, 0, 0, 0, 1}, 1, 4);

    double[] expected = {0.540302, 0, 0.841471, 0, 0, -0.010000, 0, 0.999950};
    assertArrayEquals(expected, rotated, FLOAT);
  }

  @Test
  void scoresDependOnTheDistanceOfQueryAndKeyOnly() {
    Random random = new Random(7);
    for (int trial = 0; trial < 100; trial++) {
      int headDim = 2 * (1 + random.nextInt(8));
      double[] q = random.doubles(headDim, -1, 1).toArray();
      double[] k = random.doubles(headDim, -1, 1).toArray();
      int position = random.nextInt(1000);
      int distance = random.nextInt(1000);
      double near = score(q, distance, k, 0);
      double far = score(q, position + distance, k, position);
      assertEquals(near, far, 1e-10, () -> "head dimension " + headDim);
    }
  }

  @Test
  void laterTokensDoNotChangeEarlierLikelihoods() throws Exception {
    NaiveDecoder decoder = new NaiveDecoder(TinyCheckpoint.separate().write(directory));
    int[] tokens = TinyCheckpoint.tokens("What comes later cannot matter.");
    int[] other = tokens.clone();
    other[20] = '!';

    double[] nll = decoder.run(tokens, 4).nll();
    double[] otherNll = decoder.run(other, 4).nll();

    int same = 20 - 4;
    assertArrayEquals(Arrays.copyOf(nll, same), Arrays.copyOf(otherNll, same), EXACT);
    assertNotEquals(nll[same], otherNll[same]);
    assertNotEquals(nll[same + 1], otherNll[same + 1]);
  }

  @Test
  void everyLikelihoodIsThatOfTheLogitsAfterItsPrefix() throws Exception {
    NaiveDecoder decoder = new NaiveDecoder(TinyCheckpoint.tied().write(directory));
    int[] tokens = TinyCheckpoint.tokens("a prefix, a response");

    double[] nll = decoder.run(tokens, 10).nll();

    for (int i = 0; i < nll.length; i++) {
      double[] logits = decoder.logits(Arrays.copyOf(tokens, 10 + i));
      assertEquals(NaiveDecoder.negativeLogLikelihood(logits, tokens[10 + i]), nll[i], EXACT);
    }
  }

  @Test
  void greedyTokensAreTheMostLikelyOnes() throws Exception {
    NaiveDecoder decoder = new NaiveDecoder(TinyCheckpoint.tied().write(directory));
    int[] tokens = {TinyCheckpoint.BOS_ID};
    for (int next : decoder.greedy(TinyCheckpoint.BOS_ID, 12)) {
      double[] logits = decoder.logits(tokens);
      assertEquals(Arrays.stream(logits).max().orElseThrow(), logits[next], EXACT);
      tokens = Arrays.copyOf(tokens, tokens.length + 1);
      tokens[tokens.length - 1] = next;
    }
  }

  @Test
  void theAttentionReceivedAddsUpToOne() throws Exception {
    NaiveDecoder decoder = new NaiveDecoder(TinyCheckpoint.separate().write(directory));
    int[] tokens = TinyCheckpoint.tokens("Each query hands out exactly one unit.");

    assertEquals(1, Arrays.stream(decoder.run(tokens, 30).attention()).sum(), 1e-14);
  }

  @Test
  void groupedQueriesAreFullHeadsWithRepeatedKeysAndValues() throws Exception {
    Path grouped = TinyCheckpoint.tied().heads(4, 2).write(directory.resolve("grouped"));
    Path full = TinyCheckpoint.tied().heads(4, 4).write(directory.resolve("full"));
    var tensors = Safetensors.readDirectory(grouped);
    for (String layer : new String[] {LAYER, "model.layers.1."}) {
      for (String part : new String[] {"self_attn.k_proj.weight", "self_attn.v_proj.weight"}) {
        double[] weights = tensors.get(layer + part).values();
        int head = weights.length / 2;
        float[] repeated = new float[4 * head];
        for (int i = 0; i < repeated.length; i++) {
          repeated[i] = (float) weights[i / (2 * head) * head + i % head];
        }
        BrokenCheckpoint.setTensor(full, layer + part, repeated);
      }
    }
    int[] tokens = TinyCheckpoint.tokens("heads share keys");

    assertSame(new NaiveDecoder(grouped), new NaiveDecoder(full), tokens);
  }

  @Test
  void aTiedHeadIsTheEmbedding() throws Exception {
    Path tied = TinyCheckpoint.tied().write(directory.resolve("tied"));
    Path separate =
        TinyCheckpoint.tied().head(TinyCheckpoint.Head.SEPARATE).write(directory.resolve("two"));
    double[] embedding = Safetensors.readDirectory(tied).get("model.embed_tokens.weight").values();
    float[] copy = new float[embedding.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = (float) embedding[i];
    }
    BrokenCheckpoint.setTensor(separate, "lm_head.weight", copy);

    assertSame(
        new NaiveDecoder(tied), new NaiveDecoder(separate), TinyCheckpoint.tokens("one or two"));
  }

  @Test
  void theRotaryBaseCanBeReplaced() throws Exception {
    Path base = TinyCheckpoint.tied().write(directory.resolve("base"));
    Path other = TinyCheckpoint.tied().ropeTheta(40_000).write(directory.resolve("other"));
    int[] tokens = TinyCheckpoint.tokens("turning");

    assertSame(new NaiveDecoder(other), new NaiveDecoder(base, 40_000), tokens);
    assertNotEquals(
        new NaiveDecoder(base).run(tokens, 3).perplexity(),
        new NaiveDecoder(other).run(tokens, 3).perplexity());
  }

  @Test
  void aResponseThatNothingPredictsIsRefused() throws Exception {
    NaiveDecoder decoder = silent();

    var thrown =
        assertThrows(IllegalArgumentException.class, () -> decoder.run(new int[] {1, 2}, 0));

    assertEquals("first response 0 is outside [1, 2)", thrown.getMessage());
  }

  /** One layer of zero weights over embeddings of ones, and the head of the first test. */
  private NaiveDecoder silent() throws IOException {
    TinyCheckpoint.tied()
        .layers(1)
        .heads(1, 1)
        .hidden(2)
        .ffn(1)
        .head(TinyCheckpoint.Head.SEPARATE)
        .eps(0)
        .write(directory);
    for (String part : new String[] {"q_proj", "k_proj", "v_proj", "o_proj"}) {
      BrokenCheckpoint.setTensor(directory, LAYER + "self_attn." + part + ".weight", 0, 0, 0, 0);
    }
    for (String part : new String[] {"gate_proj", "up_proj", "down_proj"}) {
      BrokenCheckpoint.setTensor(directory, LAYER + "mlp." + part + ".weight", 0, 0);
    }
    BrokenCheckpoint.setTensor(directory, LAYER + "input_layernorm.weight", 1, 1);
    BrokenCheckpoint.setTensor(directory, LAYER + "post_attention_layernorm.weight", 1, 1);
    BrokenCheckpoint.setTensor(directory, "model.norm.weight", 1, 1);
    setRows("model.embed_tokens.weight", new float[0][], new float[] {1, 1});
    float[][] odds = {{0, 0}, {(float) Math.log(2), 0}, {0, (float) Math.log(3)}};
    setRows("lm_head.weight", odds, new float[] {-500, -500});
    return new NaiveDecoder(directory);
  }

  private void setRows(String name, float[][] first, float[] rest) throws IOException {
    float[] values = new float[TinyCheckpoint.TOKENS * rest.length];
    for (int row = 0; row < TinyCheckpoint.TOKENS; row++) {
      float[] from = row < first.length ? first[row] : rest;
      System.arraycopy(from, 0, values, row * rest.length, rest.length);
    }
    BrokenCheckpoint.setTensor(directory, name, values);
  }

  private static double[] rotate(double[] heads, int position, int headDim) {
    JsonNode none = MissingNode.getInstance();
    return new NaiveRotary(headDim, 10_000, none, 64, 64, 64).rotate(heads, position, headDim);
  }

  private static double score(double[] q, int queryPosition, double[] k, int keyPosition) {
    double[] rotatedQ = rotate(q, queryPosition, q.length);
    double[] rotatedK = rotate(k, keyPosition, k.length);
    double dot = 0;
    for (int i = 0; i < q.length; i++) {
      dot += rotatedQ[i] * rotatedK[i];
    }
    return dot;
  }

  private static void assertSame(NaiveDecoder expected, NaiveDecoder actual, int[] tokens) {
    NaiveDecoder.Trace one = expected.run(tokens, tokens.length / 2);
    NaiveDecoder.Trace two = actual.run(tokens, tokens.length / 2);
    assertArrayEquals(one.nll(), two.nll(), EXACT);
    assertArrayEquals(one.attention(), two.attention(), EXACT);
  }
}
