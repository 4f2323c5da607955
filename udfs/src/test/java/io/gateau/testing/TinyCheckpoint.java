package io.gateau.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A small random Llama that writes itself as a Hugging Face directory: config.json, safetensors and
 * a byte-level tokenizer.json, in which the id of every byte is its value.
 *
 * <p>The same shape and seed give the same bytes on every JVM: {@link Random#nextGaussian} is
 * specified to the bit. Each tensor has its own generator, so dtype, shards and a tied head leave
 * the other weights alone. The scales make attention peaked (scores with a standard deviation near
 * 2) and the next token far from uniform, so that a wrong rotation, scale or head shows.
 *
 * @param headDim width of one head; {@link #DERIVED} leaves it out of config.json, and hidden /
 *     heads holds
 * @param vocab at least {@link #TOKENS}; ids from there on are never produced by the tokenizer
 * @param shards number of safetensors files; more than one come with an index
 */
public record TinyCheckpoint(
    int layers,
    int hidden,
    int heads,
    int kvHeads,
    int headDim,
    int ffn,
    int vocab,
    Head head,
    Bos bos,
    double ropeTheta,
    double eps,
    long seed,
    StoredDtype dtype,
    int shards) {

  /** Tells config.json to leave head_dim out. */
  public static final int DERIVED = 0;

  /** The beginning-of-sequence id; in the tokenizer even where nothing adds it. */
  public static final int BOS_ID = 256;

  /** The end-of-sequence id. */
  public static final int EOS_ID = 257;

  /** Ids that the tokenizer knows: the 256 bytes and two special tokens. */
  public static final int TOKENS = 258;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where the output weights come from. */
  public enum Head {
    /** The embedding serves twice. */
    TIED,
    /** lm_head.weight. */
    SEPARATE
  }

  /** Whether the tokenizer puts a beginning-of-sequence token in front. */
  public enum Bos {
    /** By its TemplateProcessing. */
    ADDED,
    /** As Qwen2: config.json names one all the same. */
    ABSENT
  }

  /** Checks that the shape is a possible Llama. */
  public TinyCheckpoint {
    if (layers < 1 || heads < 1 || kvHeads < 1 || ffn < 1 || shards < 1) {
      throw new IllegalArgumentException("a count is below 1");
    }
    if (heads % kvHeads != 0) {
      throw new IllegalArgumentException(heads + " heads do not share " + kvHeads + " kv heads");
    }
    if (headDim == DERIVED && hidden % (2 * heads) != 0) {
      throw new IllegalArgumentException(
          "hidden %d over %d heads is no even head dimension; set headDim, or the heads first"
              .formatted(hidden, heads));
    }
    if (headDim % 2 != 0) {
      throw new IllegalArgumentException("head dimension " + headDim + " is odd");
    }
    if (vocab < TOKENS) {
      throw new IllegalArgumentException("vocab " + vocab + " is below " + TOKENS);
    }
  }

  /** Two layers, 4 heads on 2 kv heads, tied, with BOS. */
  public static TinyCheckpoint tied() {
    return new TinyCheckpoint(
        2,
        32,
        4,
        2,
        DERIVED,
        48,
        TOKENS,
        Head.TIED,
        Bos.ADDED,
        10_000,
        1e-5,
        1,
        StoredDtype.F32,
        1);
  }

  /** Three layers, 3 heads on 1 kv head, heads * headDim not hidden, separate head, no BOS. */
  public static TinyCheckpoint separate() {
    return new TinyCheckpoint(
        3, 20, 3, 1, 12, 36, 264, Head.SEPARATE, Bos.ABSENT, 500_000, 1e-6, 2, StoredDtype.F32, 1);
  }

  /** This checkpoint with another number of layers. */
  public TinyCheckpoint layers(int other) {
    return new TinyCheckpoint(
        other, hidden, heads, kvHeads, headDim, ffn, vocab, head, bos, ropeTheta, eps, seed, dtype,
        shards);
  }

  /** This checkpoint with another hidden size. */
  public TinyCheckpoint hidden(int other) {
    return new TinyCheckpoint(
        layers, other, heads, kvHeads, headDim, ffn, vocab, head, bos, ropeTheta, eps, seed, dtype,
        shards);
  }

  /** This checkpoint with other heads. */
  public TinyCheckpoint heads(int others, int otherKvHeads) {
    return new TinyCheckpoint(
        layers,
        hidden,
        others,
        otherKvHeads,
        headDim,
        ffn,
        vocab,
        head,
        bos,
        ropeTheta,
        eps,
        seed,
        dtype,
        shards);
  }

  /** This checkpoint with another head dimension. */
  public TinyCheckpoint headDim(int other) {
    return new TinyCheckpoint(
        layers, hidden, heads, kvHeads, other, ffn, vocab, head, bos, ropeTheta, eps, seed, dtype,
        shards);
  }

  /** This checkpoint with another feed-forward size. */
  public TinyCheckpoint ffn(int other) {
    return new TinyCheckpoint(
        layers, hidden, heads, kvHeads, headDim, other, vocab, head, bos, ropeTheta, eps, seed,
        dtype, shards);
  }

  /** This checkpoint with another vocabulary size. */
  public TinyCheckpoint vocab(int other) {
    return new TinyCheckpoint(
        layers, hidden, heads, kvHeads, headDim, ffn, other, head, bos, ropeTheta, eps, seed, dtype,
        shards);
  }

  /** This checkpoint with another head. */
  public TinyCheckpoint head(Head other) {
    return new TinyCheckpoint(
        layers, hidden, heads, kvHeads, headDim, ffn, vocab, other, bos, ropeTheta, eps, seed,
        dtype, shards);
  }

  /** This checkpoint with another setting for BOS. */
  public TinyCheckpoint bos(Bos other) {
    return new TinyCheckpoint(
        layers, hidden, heads, kvHeads, headDim, ffn, vocab, head, other, ropeTheta, eps, seed,
        dtype, shards);
  }

  /** This checkpoint with another rotary base. */
  public TinyCheckpoint ropeTheta(double other) {
    return new TinyCheckpoint(
        layers, hidden, heads, kvHeads, headDim, ffn, vocab, head, bos, other, eps, seed, dtype,
        shards);
  }

  /** This checkpoint with another epsilon in the norms. */
  public TinyCheckpoint eps(double other) {
    return new TinyCheckpoint(
        layers, hidden, heads, kvHeads, headDim, ffn, vocab, head, bos, ropeTheta, other, seed,
        dtype, shards);
  }

  /** This checkpoint with other weights. */
  public TinyCheckpoint seed(long other) {
    return new TinyCheckpoint(
        layers, hidden, heads, kvHeads, headDim, ffn, vocab, head, bos, ropeTheta, eps, other,
        dtype, shards);
  }

  /** This checkpoint with its weights rounded to another dtype. */
  public TinyCheckpoint dtype(StoredDtype other) {
    return new TinyCheckpoint(
        layers, hidden, heads, kvHeads, headDim, ffn, vocab, head, bos, ropeTheta, eps, seed, other,
        shards);
  }

  /** This checkpoint with its weights in another number of files. */
  public TinyCheckpoint shards(int other) {
    return new TinyCheckpoint(
        layers, hidden, heads, kvHeads, headDim, ffn, vocab, head, bos, ropeTheta, eps, seed, dtype,
        other);
  }

  /** Writes the checkpoint into a directory, made if need be, and gives the directory back. */
  public Path write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("config.json"), config().toPrettyString());
    Files.writeString(
        directory.resolve("tokenizer.json"), TinyTokenizer.json(bos).toPrettyString());
    writeWeights(directory, weights());
    return directory;
  }

  private void writeWeights(Path directory, Map<String, Safetensors.Tensor> weights)
      throws IOException {
    if (shards == 1) {
      Safetensors.write(directory.resolve("model.safetensors"), weights);
      return;
    }
    ObjectNode index = JSON.createObjectNode();
    long size = weights.values().stream().mapToLong(tensor -> tensor.bytes().length).sum();
    index.putObject("metadata").put("total_size", size);
    ObjectNode weightMap = index.putObject("weight_map");
    List<String> names = new ArrayList<>(weights.keySet());
    for (int shard = 0; shard < shards; shard++) {
      String file = String.format("model-%05d-of-%05d.safetensors", shard + 1, shards);
      Map<String, Safetensors.Tensor> part = new LinkedHashMap<>();
      int to = names.size() * (shard + 1) / shards;
      for (String name : names.subList(names.size() * shard / shards, to)) {
        part.put(name, weights.get(name));
        weightMap.put(name, file);
      }
      Safetensors.write(directory.resolve(file), part);
    }
    Files.writeString(directory.resolve("model.safetensors.index.json"), index.toPrettyString());
  }

  private Map<String, Safetensors.Tensor> weights() {
    int width = headDim == DERIVED ? hidden / heads : headDim;
    int queries = heads * width;
    int keys = kvHeads * width;
    double in = 1 / Math.sqrt(hidden);
    // A score is the sum of headDim products over sqrt(headDim): its deviation is peak^2.
    double peak = Math.sqrt(2) * in;
    Map<String, Safetensors.Tensor> weights = new LinkedHashMap<>();
    matrix(weights, "model.embed_tokens.weight", vocab, hidden, 2 * in);
    for (int l = 0; l < layers; l++) {
      String at = "model.layers." + l + ".";
      norm(weights, at + "input_layernorm.weight");
      matrix(weights, at + "self_attn.q_proj.weight", queries, hidden, peak);
      matrix(weights, at + "self_attn.k_proj.weight", keys, hidden, peak);
      matrix(weights, at + "self_attn.v_proj.weight", keys, hidden, in);
      matrix(weights, at + "self_attn.o_proj.weight", hidden, queries, 1 / Math.sqrt(queries));
      norm(weights, at + "post_attention_layernorm.weight");
      matrix(weights, at + "mlp.gate_proj.weight", ffn, hidden, in);
      matrix(weights, at + "mlp.up_proj.weight", ffn, hidden, in);
      matrix(weights, at + "mlp.down_proj.weight", hidden, ffn, 1 / Math.sqrt(ffn));
    }
    norm(weights, "model.norm.weight");
    if (head == Head.SEPARATE) {
      matrix(weights, "lm_head.weight", vocab, hidden, 2 * in);
    }
    return weights;
  }

  private void matrix(
      Map<String, Safetensors.Tensor> weights, String name, int rows, int columns, double scale) {
    float[] values = gaussian(name, rows * columns);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * scale);
    }
    weights.put(name, Safetensors.Tensor.of(dtype, new int[] {rows, columns}, values));
  }

  private void norm(Map<String, Safetensors.Tensor> weights, String name) {
    float[] values = gaussian(name, hidden);
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 + 0.2f * values[i];
    }
    weights.put(name, Safetensors.Tensor.of(dtype, new int[] {hidden}, values));
  }

  private float[] gaussian(String tensor, int count) {
    Random random = new Random((31 * seed + tensor.hashCode()) * 0x9E3779B97F4A7C15L);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private ObjectNode config() {
    ObjectNode config = JSON.createObjectNode();
    config.putArray("architectures").add("LlamaForCausalLM");
    config.put("model_type", "llama");
    config.put("hidden_act", "silu");
    config.put("hidden_size", hidden);
    config.put("intermediate_size", ffn);
    config.put("num_hidden_layers", layers);
    config.put("num_attention_heads", heads);
    config.put("num_key_value_heads", kvHeads);
    if (headDim != DERIVED) {
      config.put("head_dim", headDim);
    }
    config.put("vocab_size", vocab);
    config.put("max_position_embeddings", 4096);
    config.put("rms_norm_eps", eps);
    config.put("rope_theta", ropeTheta);
    config.putNull("rope_scaling");
    config.put("tie_word_embeddings", head == Head.TIED);
    config.put("bos_token_id", BOS_ID);
    config.put("eos_token_id", EOS_ID);
    return config.put("torch_dtype", dtype.torchName());
  }

  /** A text's ids: its UTF-8 bytes. */
  public static int[] tokens(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] tokens = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      tokens[i] = Byte.toUnsignedInt(bytes[i]);
    }
    return tokens;
  }
}
