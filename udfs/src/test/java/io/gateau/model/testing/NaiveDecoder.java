package io.gateau.model.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * The naive twin of the production decoder: a Llama in plain double loops, one token at a time.
 *
 * <p>It reads a Hugging Face directory (config.json and every safetensors file beside it, F32, F16
 * or BF16, tied or separate head, grouped-query attention, explicit head_dim) on its own and shares
 * no code with {@code io.gateau.model}. Slow, and meant to be: it is what the fast one is checked
 * against.
 *
 * <pre>
 *   x  hidden state           [hidden]
 *   q  queries of one token   [heads * headDim]
 *   k  keys of one token      [kvHeads * headDim], v likewise
 * </pre>
 */
public final class NaiveDecoder {

  private final Config config;
  private final double[][] embedding; // [vocab][hidden]
  private final Layer[] layers;
  private final double[] finalNorm; // [hidden]
  private final double[][] head; // [vocab][hidden]

  /**
   * Reads a checkpoint as it is.
   *
   * @throws IllegalArgumentException if the configuration asks for something a plain Llama lacks,
   *     or a tensor is missing or misshapen
   */
  public NaiveDecoder(Path directory) throws IOException {
    this(directory, Config.read(directory));
  }

  /** Reads a checkpoint, with {@code ropeTheta} in place of its own rotary base. */
  public NaiveDecoder(Path directory, double ropeTheta) throws IOException {
    this(directory, Config.read(directory).ropeTheta(ropeTheta));
  }

  private NaiveDecoder(Path directory, Config config) throws IOException {
    this.config = config;
    Map<String, Safetensors.Tensor> tensors = Safetensors.readDirectory(directory);
    int hidden = config.hidden;
    int queries = config.heads * config.headDim;
    int keys = config.kvHeads * config.headDim;
    embedding = matrix(tensors, "model.embed_tokens.weight", config.vocab, hidden);
    layers = new Layer[config.layers];
    for (int l = 0; l < config.layers; l++) {
      String at = "model.layers." + l + ".";
      layers[l] =
          new Layer(
              vector(tensors, at + "input_layernorm.weight", hidden),
              matrix(tensors, at + "self_attn.q_proj.weight", queries, hidden),
              matrix(tensors, at + "self_attn.k_proj.weight", keys, hidden),
              matrix(tensors, at + "self_attn.v_proj.weight", keys, hidden),
              matrix(tensors, at + "self_attn.o_proj.weight", hidden, queries),
              vector(tensors, at + "post_attention_layernorm.weight", hidden),
              matrix(tensors, at + "mlp.gate_proj.weight", config.ffn, hidden),
              matrix(tensors, at + "mlp.up_proj.weight", config.ffn, hidden),
              matrix(tensors, at + "mlp.down_proj.weight", hidden, config.ffn));
    }
    finalNorm = vector(tensors, "model.norm.weight", hidden);
    head = config.tied ? embedding : matrix(tensors, "lm_head.weight", config.vocab, hidden);
  }

  /** Logits over the vocabulary after the last of {@code tokens}. */
  public double[] logits(int[] tokens) {
    Pass pass = new Pass(tokens.length);
    double[] x = new double[0];
    for (int token : tokens) {
      x = step(pass, token, 0);
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
    double share = 1.0 / ((double) config.layers * config.heads * responses);
    double[] nll = new double[responses];
    Pass pass = new Pass(tokens.length);
    for (int p = 0; p < tokens.length; p++) {
      double[] x = step(pass, tokens[p], p >= firstResponse ? share : 0);
      int next = p + 1 - firstResponse;
      if (next >= 0 && next < responses) {
        nll[next] = negativeLogLikelihood(times(head, x), tokens[p + 1]);
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
      token = argmax(times(head, step(pass, token, 0)));
      tokens[i] = token;
    }
    return tokens;
  }

  /** One token through every layer: its hidden state after the final norm. */
  private double[] step(Pass pass, int token, double share) {
    int position = pass.length++;
    double[] x = embedding[token].clone();
    for (int l = 0; l < layers.length; l++) {
      Layer w = layers[l];
      double[] normed = rmsNorm(x, w.inputNorm, config.eps);
      double[] q = rotate(times(w.q, normed), position, config.headDim, config.ropeTheta);
      pass.keys[l][position] =
          rotate(times(w.k, normed), position, config.headDim, config.ropeTheta);
      pass.values[l][position] = times(w.v, normed);
      add(x, times(w.o, attend(pass, l, q, position, share)));

      normed = rmsNorm(x, w.postNorm, config.eps);
      double[] gate = times(w.gate, normed);
      double[] up = times(w.up, normed);
      for (int i = 0; i < gate.length; i++) {
        up[i] *= gate[i] / (1 + Math.exp(-gate[i]));
      }
      add(x, times(w.down, up));
    }
    return rmsNorm(x, finalNorm, config.eps);
  }

  /** Causal attention of one query token: over every key up to and including its own. */
  private double[] attend(Pass pass, int layer, double[] q, int position, double share) {
    double[] mixed = new double[q.length];
    double[] weights = new double[position + 1];
    int queriesPerKey = config.heads / config.kvHeads;
    double scale = 1 / Math.sqrt(config.headDim);
    for (int h = 0; h < config.heads; h++) {
      int at = h * config.headDim;
      int kv = h / queriesPerKey * config.headDim;
      for (int t = 0; t <= position; t++) {
        double[] k = pass.keys[layer][t];
        double dot = 0;
        for (int i = 0; i < config.headDim; i++) {
          dot += q[at + i] * k[kv + i];
        }
        weights[t] = dot * scale;
      }
      softmax(weights);
      for (int t = 0; t <= position; t++) {
        double[] v = pass.values[layer][t];
        for (int i = 0; i < config.headDim; i++) {
          mixed[at + i] += weights[t] * v[kv + i];
        }
        pass.received[t] += share * weights[t];
      }
    }
    return mixed;
  }

  /**
   * Rotary position embedding, Hugging Face's rotate-half convention: within every head, component
   * i turns together with component i + headDim / 2, by position * theta^(-2i / headDim).
   */
  static double[] rotate(double[] heads, int position, int headDim, double theta) {
    double[] turned = new double[heads.length];
    int half = headDim / 2;
    for (int i = 0; i < half; i++) {
      double angle = position * Math.pow(theta, -2.0 * i / headDim);
      double cos = Math.cos(angle);
      double sin = Math.sin(angle);
      for (int at = i; at < heads.length; at += headDim) {
        turned[at] = heads[at] * cos - heads[at + half] * sin;
        turned[at + half] = heads[at + half] * cos + heads[at] * sin;
      }
    }
    return turned;
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
   * @param attention for every position, the attention weight it receives, averaged over layers,
   *     heads and the positions at which a response token is the input; sums to 1
   */
  @SuppressWarnings("ArrayRecordComponent") // compared element by element, never as a value
  public record Trace(double[] nll, double[] attention) {

    /** exp of the mean negative log-likelihood of the response. */
    public double perplexity() {
      return Math.exp(Arrays.stream(nll).average().orElseThrow());
    }
  }

  /** Keys and values of the tokens read so far, and the attention they received. */
  private final class Pass {
    final double[][][] keys; // [layer][position][kvHeads * headDim]
    final double[][][] values;
    final double[] received;
    int length;

    Pass(int capacity) {
      keys = new double[config.layers][capacity][];
      values = new double[config.layers][capacity][];
      received = new double[capacity];
    }
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Layer(
      double[] inputNorm,
      double[][] q,
      double[][] k,
      double[][] v,
      double[][] o,
      double[] postNorm,
      double[][] gate,
      double[][] up,
      double[][] down) {}

  private record Config(
      int layers,
      int hidden,
      int heads,
      int kvHeads,
      int headDim,
      int ffn,
      int vocab,
      double eps,
      double ropeTheta,
      boolean tied) {

    static Config read(Path directory) throws IOException {
      JsonNode json = new ObjectMapper().readTree(directory.resolve("config.json").toFile());
      demand(json.path("model_type").asText().equals("llama"), "model_type must be llama", json);
      demand(json.path("hidden_act").asText("silu").equals("silu"), "hidden_act is not silu", json);
      demand(!json.hasNonNull("rope_scaling"), "rope_scaling is not supported", json);
      demand(!json.hasNonNull("rope_parameters"), "rope_parameters is not supported", json);
      demand(!json.path("attention_bias").asBoolean(), "attention_bias is not supported", json);
      demand(!json.path("mlp_bias").asBoolean(), "mlp_bias is not supported", json);
      int hidden = json.required("hidden_size").intValue();
      int heads = json.required("num_attention_heads").intValue();
      return new Config(
          json.required("num_hidden_layers").intValue(),
          hidden,
          heads,
          json.path("num_key_value_heads").asInt(heads),
          json.path("head_dim").asInt(hidden / heads),
          json.required("intermediate_size").intValue(),
          json.required("vocab_size").intValue(),
          json.required("rms_norm_eps").doubleValue(),
          json.path("rope_theta").asDouble(10_000),
          json.path("tie_word_embeddings").asBoolean());
    }

    private static void demand(boolean met, String complaint, JsonNode json) {
      if (!met) {
        throw new IllegalArgumentException(complaint + ": " + json);
      }
    }

    Config ropeTheta(double other) {
      return new Config(layers, hidden, heads, kvHeads, headDim, ffn, vocab, eps, other, tied);
    }
  }
}
