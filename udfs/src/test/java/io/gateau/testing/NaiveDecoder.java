package io.gateau.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The naive twin of the production decoder: every family in plain double loops, one token at a
 * time.
 *
 * <p>It reads a Hugging Face directory (config.json and every safetensors file beside it, F32, F16
 * or BF16) on its own and shares no code with {@code io.gateau.model}. It is slow and plain,
 * because the fast decoder is checked against it.
 *
 * <pre>
 *   x  hidden state           [hidden]
 *   q  queries of one token   [heads * headDim]
 *   k  keys of one token      [kvHeads * headDim]
 *   v  values of one token    [kvHeads * headDim]
 * </pre>
 */
public final class NaiveDecoder {

  private final NaiveConfig config;
  private final double[][] embedding; // [vocab][hidden]
  private final Layer[] layers;
  private final double[] finalNorm; // [hidden]
  private final double[][] head; // [vocab][hidden]

  /**
   * Reads a checkpoint as it is.
   *
   * @throws IllegalArgumentException if the configuration asks for an unknown family, or a tensor
   *     is missing or misshapen
   */
  public NaiveDecoder(Path directory) throws IOException {
    this(directory, NaiveConfig.read(directory));
  }

  /** Reads a checkpoint, with {@code ropeTheta} in place of its own rotary base. */
  public NaiveDecoder(Path directory, double ropeTheta) throws IOException {
    this(directory, NaiveConfig.read(directory).ropeTheta(ropeTheta));
  }

  private NaiveDecoder(Path directory, NaiveConfig config) throws IOException {
    this.config = config;
    Map<String, Safetensors.Tensor> tensors = Safetensors.readDirectory(directory);
    embedding = matrix(tensors, "model.embed_tokens.weight", config.vocab, config.hidden);
    layers = new Layer[config.layers];
    for (int l = 0; l < config.layers; l++) {
      layers[l] = layer(tensors, "model.layers." + l + ".");
    }
    finalNorm = vector(tensors, "model.norm.weight", config.hidden);
    head = config.tied ? embedding : matrix(tensors, "lm_head.weight", config.vocab, config.hidden);
  }

  private Layer layer(Map<String, Safetensors.Tensor> tensors, String at) {
    int hidden = config.hidden;
    int queries = config.heads * config.headDim;
    int keys = config.kvHeads * config.headDim;
    Linear q;
    Linear k;
    Linear v;
    Linear gate;
    Linear up;
    if (config.phi) {
      Linear qkv = linear(tensors, at + "self_attn.qkv_proj", queries + 2 * keys, hidden);
      q = qkv.rows(0, queries);
      k = qkv.rows(queries, queries + keys);
      v = qkv.rows(queries + keys, queries + 2 * keys);
      Linear both = linear(tensors, at + "mlp.gate_up_proj", 2 * config.ffn, hidden);
      gate = both.rows(0, config.ffn);
      up = both.rows(config.ffn, 2 * config.ffn);
    } else {
      q = linear(tensors, at + "self_attn.q_proj", queries, hidden);
      k = linear(tensors, at + "self_attn.k_proj", keys, hidden);
      v = linear(tensors, at + "self_attn.v_proj", keys, hidden);
      gate = linear(tensors, at + "mlp.gate_proj", config.ffn, hidden);
      up = linear(tensors, at + "mlp.up_proj", config.ffn, hidden);
    }
    boolean headNorms = tensors.containsKey(at + "self_attn.q_norm.weight");
    String attention = at + "post_attention_layernorm.weight";
    return new Layer(
        vector(tensors, at + "input_layernorm.weight", hidden),
        q,
        headNorms ? vector(tensors, at + "self_attn.q_norm.weight", config.headDim) : NONE,
        k,
        headNorms ? vector(tensors, at + "self_attn.k_norm.weight", config.headDim) : NONE,
        v,
        linear(tensors, at + "self_attn.o_proj", hidden, queries),
        config.gemma ? vector(tensors, attention, hidden) : NONE,
        vector(tensors, config.gemma ? at + "pre_feedforward_layernorm.weight" : attention, hidden),
        gate,
        up,
        linear(tensors, at + "mlp.down_proj", hidden, config.ffn),
        config.gemma ? vector(tensors, at + "post_feedforward_layernorm.weight", hidden) : NONE);
  }

  /** Adds {@code by} times a direction, row by row, to the weights of one tensor. */
  public void move(String tensor, float[] direction, double by) {
    double[][] rows = rows(tensor);
    int next = 0;
    for (double[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] += by * direction[next++];
      }
    }
    if (next != direction.length) {
      throw new IllegalArgumentException(
          tensor + " has " + next + " numbers, the direction " + direction.length);
    }
  }

  private double[][] rows(String tensor) {
    if (!tensor.startsWith("model.layers.")) {
      return switch (tensor) {
        case "model.embed_tokens.weight" -> embedding;
        case "model.norm.weight" -> new double[][] {finalNorm};
        case "lm_head.weight" -> head;
        default -> throw new IllegalArgumentException("no tensor " + tensor);
      };
    }
    String[] parts = tensor.split("\\.", 4);
    Layer layer = layers[Integer.parseInt(parts[2])];
    return switch (parts[3]) {
      case "input_layernorm.weight" -> new double[][] {layer.inputNorm};
      case "self_attn.q_proj.weight" -> layer.q.weight;
      case "self_attn.k_proj.weight" -> layer.k.weight;
      case "self_attn.v_proj.weight" -> layer.v.weight;
      case "self_attn.o_proj.weight" -> layer.o.weight;
      case "post_attention_layernorm.weight" -> new double[][] {layer.feedForwardNorm};
      case "mlp.gate_proj.weight" -> layer.gate.weight;
      case "mlp.up_proj.weight" -> layer.up.weight;
      case "mlp.down_proj.weight" -> layer.down.weight;
      default -> throw new IllegalArgumentException("no tensor " + tensor);
    };
  }

  /** Logits over the vocabulary after the last of {@code tokens}. */
  public double[] logits(int[] tokens) {
    Pass pass = new Pass(tokens.length);
    double[] x = new double[0];
    for (int token : tokens) {
      x = step(pass, token, false);
    }
    return times(head, x);
  }

  /**
   * Scores {@code tokens[firstResponse..]} given everything before each, and adds up the attention
   * they pay.
   *
   * @param firstResponse index of the first response token, at least 1: something must predict it
   */
  public Trace run(int[] tokens, int firstResponse) {
    if (firstResponse < 1 || firstResponse >= tokens.length) {
      throw new IllegalArgumentException(
          "first response " + firstResponse + " is outside [1, " + tokens.length + ")");
    }
    int responses = tokens.length - firstResponse;
    double[] nll = new double[responses];
    Pass pass = new Pass(tokens.length);
    for (int p = 0; p < tokens.length; p++) {
      double[] x = step(pass, tokens[p], p >= firstResponse);
      int next = p + 1 - firstResponse;
      if (next >= 0 && next < responses) {
        nll[next] = negativeLogLikelihood(times(head, x), tokens[p + 1]);
      }
    }
    for (double[][] layer : pass.received) {
      for (double[] weights : layer) {
        Arrays.setAll(weights, t -> weights[t] / responses);
      }
    }
    return new Trace(nll, pass.received);
  }

  /**
   * The {@code count} most likely tokens after {@code firstToken}, each given all before it (the
   * lowest id wins a tie). It does not stop at an end-of-sequence token.
   */
  public int[] greedy(int firstToken, int count) {
    int[] tokens = new int[count];
    Pass pass = new Pass(count);
    int token = firstToken;
    for (int i = 0; i < count; i++) {
      token = argmax(times(head, step(pass, token, false)));
      tokens[i] = token;
    }
    return tokens;
  }

  /** The hidden state of every token after the final norm: [position][hidden]. */
  public double[][] hiddenStates(int[] tokens) {
    Pass pass = new Pass(tokens.length);
    double[][] states = new double[tokens.length][];
    for (int p = 0; p < tokens.length; p++) {
      states[p] = step(pass, tokens[p], false);
    }
    return states;
  }

  /**
   * The attention weights of every layer: [layer][head][query][key], 0 where a query sees no key.
   */
  public double[][][][] attention(int[] tokens) {
    Pass pass = new Pass(tokens.length);
    pass.weights = new double[config.layers][config.heads][tokens.length][tokens.length];
    for (int token : tokens) {
      step(pass, token, false);
    }
    return pass.weights;
  }

  /** One token through every layer: its hidden state after the final norm. */
  private double[] step(Pass pass, int token, boolean response) {
    int position = pass.length++;
    double[] x = embedding[token].clone();
    if (config.gemma) {
      Arrays.setAll(x, i -> embedding[token][i] * Math.sqrt(config.hidden));
    }
    for (int l = 0; l < layers.length; l++) {
      Layer w = layers[l];
      NaiveRotary rotary = pass.rotary[l];
      double[] normed = norm(x, w.inputNorm);
      double[] q = headNorm(w.q.times(normed), w.qNorm);
      double[] k = headNorm(w.k.times(normed), w.kNorm);
      pass.keys[l][position] = rotary.rotate(k, position, config.headDim);
      pass.values[l][position] = w.v.times(normed);
      double[] rotated = rotary.rotate(q, position, config.headDim);
      add(x, normIfAny(w.o.times(attend(pass, l, rotated, position, response)), w.attentionNorm));

      normed = norm(x, w.feedForwardNorm);
      double[] gate = w.gate.times(normed);
      double[] up = w.up.times(normed);
      for (int i = 0; i < gate.length; i++) {
        up[i] *= config.gemma ? geluTanh(gate[i]) : gate[i] / (1 + Math.exp(-gate[i]));
      }
      add(x, normIfAny(w.down.times(up), w.feedForwardOutputNorm));
    }
    return norm(x, finalNorm);
  }

  private double[] norm(double[] x, double[] weight) {
    if (!config.gemma) {
      return rmsNorm(x, weight, config.eps);
    }
    return rmsNorm(x, Arrays.stream(weight).map(w -> 1 + w).toArray(), config.eps);
  }

  private double[] normIfAny(double[] x, double[] weight) {
    return weight.length == 0 ? x : norm(x, weight);
  }

  /** Each head normed on its own, if the family does that. */
  private double[] headNorm(double[] heads, double[] weight) {
    double[] normed = heads.clone();
    for (int at = 0; at < heads.length && weight.length > 0; at += config.headDim) {
      double[] one = norm(Arrays.copyOfRange(heads, at, at + config.headDim), weight);
      System.arraycopy(one, 0, normed, at, config.headDim);
    }
    return normed;
  }

  private static double geluTanh(double u) {
    return 0.5 * u * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (u + 0.044715 * u * u * u)));
  }

  /** Causal attention of one query token: over the keys of its window, its own the last. */
  private double[] attend(Pass pass, int layer, double[] q, int position, boolean response) {
    double[] mixed = new double[q.length];
    int first = (int) Math.max(0, position + 1L - config.window(layer));
    double[] weights = new double[position + 1 - first];
    int queriesPerKey = config.heads / config.kvHeads;
    for (int h = 0; h < config.heads; h++) {
      int at = h * config.headDim;
      int kv = h / queriesPerKey * config.headDim;
      for (int t = first; t <= position; t++) {
        double[] k = pass.keys[layer][t];
        double dot = 0;
        for (int i = 0; i < config.headDim; i++) {
          dot += q[at + i] * k[kv + i];
        }
        weights[t - first] = dot * config.attentionScale;
      }
      softmax(weights);
      if (pass.weights.length > 0) {
        System.arraycopy(weights, 0, pass.weights[layer][h][position], first, weights.length);
      }
      for (int t = first; t <= position; t++) {
        double[] v = pass.values[layer][t];
        for (int i = 0; i < config.headDim; i++) {
          mixed[at + i] += weights[t - first] * v[kv + i];
        }
        if (response) {
          pass.received[layer][h][t] += weights[t - first];
        }
      }
    }
    return mixed;
  }

  static double[] rmsNorm(double[] x, double[] weight, double eps) {
    double squares = 0;
    for (double value : x) {
      squares += value * value;
    }
    double scale = 1 / Math.sqrt(squares / x.length + eps);
    double[] normed = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      normed[i] = weight[i] * (x[i] * scale);
    }
    return normed;
  }

  static void softmax(double[] values) {
    double max = Arrays.stream(values).max().orElseThrow();
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.exp(values[i] - max);
      sum += values[i];
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= sum;
    }
  }

  static double negativeLogLikelihood(double[] logits, int token) {
    double max = Arrays.stream(logits).max().orElseThrow();
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - max);
    }
    return Math.log(sum) + max - logits[token];
  }

  private static double[] times(double[][] matrix, double[] vector) {
    double[] product = new double[matrix.length];
    for (int row = 0; row < matrix.length; row++) {
      double sum = 0;
      for (int i = 0; i < vector.length; i++) {
        sum += matrix[row][i] * vector[i];
      }
      product[row] = sum;
    }
    return product;
  }

  private static void add(double[] x, double[] delta) {
    for (int i = 0; i < x.length; i++) {
      x[i] += delta[i];
    }
  }

  private static int argmax(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  private static double[] vector(Map<String, Safetensors.Tensor> tensors, String name, int size) {
    return tensor(tensors, name, size).values();
  }

  private static double[][] matrix(
      Map<String, Safetensors.Tensor> tensors, String name, int rows, int columns) {
    double[] flat = tensor(tensors, name, rows, columns).values();
    double[][] matrix = new double[rows][];
    for (int row = 0; row < rows; row++) {
      matrix[row] = Arrays.copyOfRange(flat, row * columns, (row + 1) * columns);
    }
    return matrix;
  }

  /** With the bias that stands beside the weight, if one does. */
  private static Linear linear(
      Map<String, Safetensors.Tensor> tensors, String name, int rows, int columns) {
    double[] bias =
        tensors.containsKey(name + ".bias")
            ? vector(tensors, name + ".bias", rows)
            : new double[rows];
    return new Linear(matrix(tensors, name + ".weight", rows, columns), bias);
  }

  private static Safetensors.Tensor tensor(
      Map<String, Safetensors.Tensor> tensors, String name, int... shape) {
    Safetensors.Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("the checkpoint has no tensor " + name);
    }
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw new IllegalArgumentException(
          name
              + " has shape "
              + Arrays.toString(tensor.shape())
              + ", the configuration asks for "
              + Arrays.toString(shape));
    }
    return tensor;
  }

  /**
   * What one pass over a sample leaves behind.
   *
   * @param nll negative log-likelihood of each response token, in nats
   * @param received [layer][head][position], the attention weight that a position receives,
   *     averaged over the positions at which a response token is the input; sums to 1 in each head
   */
  @SuppressWarnings("ArrayRecordComponent") // compared element by element, never as a value
  public record Trace(double[] nll, double[][][] received) {

    /** exp of the mean negative log-likelihood of the response. */
    public double perplexity() {
      return Math.exp(Arrays.stream(nll).average().orElseThrow());
    }

    /** For every position, the attention it receives, averaged over layers and heads; sums to 1. */
    public double[] attention() {
      return attention(range(received.length), range(received[0].length));
    }

    /** The attention averaged over some layers and, in each of them, some heads. */
    public double[] attention(List<Integer> layers, List<Integer> heads) {
      double[] mean = new double[received[0][0].length];
      for (int layer : layers) {
        for (int head : heads) {
          for (int t = 0; t < mean.length; t++) {
            mean[t] += received[layer][head][t] / layers.size() / heads.size();
          }
        }
      }
      return mean;
    }

    private static List<Integer> range(int count) {
      return IntStream.range(0, count).boxed().toList();
    }
  }

  /** Keys and values of the tokens read so far, and the attention they received. */
  private final class Pass {
    final double[][][] keys; // [layer][position][kvHeads * headDim]
    final double[][][] values;
    final double[][][] received; // [layer][head][position]
    final NaiveRotary[] rotary; // [layer]
    double[][][][] weights = {}; // [layer][head][query][key], where they are kept
    int length;

    Pass(int capacity) {
      keys = new double[config.layers][capacity][];
      values = new double[config.layers][capacity][];
      received = new double[config.layers][config.heads][capacity];
      rotary = new NaiveRotary[config.layers];
      Arrays.setAll(rotary, layer -> config.rotary(layer, capacity));
    }
  }

  private static final double[] NONE = {};

  @SuppressWarnings("ArrayRecordComponent")
  private record Linear(double[][] weight, double[] bias) {
    double[] times(double[] x) {
      double[] product = NaiveDecoder.times(weight, x);
      add(product, bias);
      return product;
    }

    Linear rows(int from, int to) {
      return new Linear(Arrays.copyOfRange(weight, from, to), Arrays.copyOfRange(bias, from, to));
    }
  }

  /** The norms that only some families have are empty in the others. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Layer(
      double[] inputNorm,
      Linear q,
      double[] qNorm,
      Linear k,
      double[] kNorm,
      Linear v,
      Linear o,
      double[] attentionNorm,
      double[] feedForwardNorm,
      Linear gate,
      Linear up,
      Linear down,
      double[] feedForwardOutputNorm) {}
}
