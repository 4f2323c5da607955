package io.gateau.model.checkpoint;

import io.gateau.model.checkpoint.LayerConfig.Norms;
import io.gateau.model.checkpoint.LayerConfig.Projections;
import java.util.ArrayList;
import java.util.List;

/**
 * The tensors that a checkpoint must hold, by the names that transformers saves them under, and
 * what the decoder program calls them.
 */
public final class CheckpointTensors {
  private final ModelConfig config;
  private final List<TensorName> tensors = new ArrayList<>();
  private final String prefix;

  private CheckpointTensors(ModelConfig config, String prefix) {
    this.config = config;
    this.prefix = prefix;
  }

  /**
   * One weight of the decoder program: a tensor or, of a fused one, some of its rows.
   *
   * @param name the tensor's name in the safetensors file
   * @param key the weight's name in the decoder program
   * @param shape (rows) or (rows, columns) of the tensor
   * @param firstRow the tensor's row that is the weight's first, from 0
   * @param rows number of the weight's rows
   */
  public record TensorName(String name, String key, List<Long> shape, long firstRow, long rows) {}

  /** The tensors outside the layers; a tied output projection is not among them. */
  public static List<TensorName> outer(ModelConfig config) {
    CheckpointTensors outer = new CheckpointTensors(config, "");
    outer.add(
        "model.embed_tokens.weight", "embed_tokens", config.vocabularySize(), config.hiddenSize());
    outer.add("model.norm.weight", "norm", config.hiddenSize());
    if (!config.tiedEmbeddings()) {
      outer.add("lm_head.weight", "lm_head", config.vocabularySize(), config.hiddenSize());
    }
    return outer.tensors;
  }

  /** The tensors of decoder layer {@code layer}, counted from 0. */
  public static List<TensorName> layer(ModelConfig config, int layer) {
    CheckpointTensors tensors = new CheckpointTensors(config, "model.layers." + layer + ".");
    tensors.norms();
    tensors.attention();
    tensors.feedForward();
    return tensors.tensors;
  }

  /** Tensors that some checkpoints carry and that change nothing. */
  static boolean mayBeIgnored(String tensor, ModelConfig config) {
    return tensor.endsWith("rotary_emb.inv_freq")
        || (config.tiedEmbeddings() && "lm_head.weight".equals(tensor));
  }

  private void norms() {
    long hidden = config.hiddenSize();
    add("input_layernorm.weight", "attention_norm", hidden);
    if (config.layerConfig().norms() == Norms.PRE_AND_POST) {
      add("post_attention_layernorm.weight", "attention_output_norm", hidden);
      add("pre_feedforward_layernorm.weight", "feed_forward_norm", hidden);
      add("post_feedforward_layernorm.weight", "feed_forward_output_norm", hidden);
    } else {
      add("post_attention_layernorm.weight", "feed_forward_norm", hidden);
    }
  }

  private void attention() {
    long hidden = config.hiddenSize();
    long queries = (long) config.heads() * config.headSize();
    long keys = (long) config.keyValueHeads() * config.headSize();
    if (config.layerConfig().projections() == Projections.FUSED) {
      long all = queries + 2 * keys;
      addRows("self_attn.qkv_proj.weight", "q_proj", 0, queries, all, hidden);
      addRows("self_attn.qkv_proj.weight", "k_proj", queries, keys, all, hidden);
      addRows("self_attn.qkv_proj.weight", "v_proj", queries + keys, keys, all, hidden);
    } else {
      projection("self_attn.", "q_proj", queries, hidden);
      projection("self_attn.", "k_proj", keys, hidden);
      projection("self_attn.", "v_proj", keys, hidden);
    }
    if (config.layerConfig().headNorms()) {
      add("self_attn.q_norm.weight", "q_norm", config.headSize());
      add("self_attn.k_norm.weight", "k_norm", config.headSize());
    }
    projection("self_attn.", "o_proj", hidden, queries);
  }

  private void feedForward() {
    long hidden = config.hiddenSize();
    long inner = config.feedForwardSize();
    if (config.layerConfig().projections() == Projections.FUSED) {
      addRows("mlp.gate_up_proj.weight", "gate_proj", 0, inner, 2 * inner, hidden);
      addRows("mlp.gate_up_proj.weight", "up_proj", inner, inner, 2 * inner, hidden);
    } else {
      projection("mlp.", "gate_proj", inner, hidden);
      projection("mlp.", "up_proj", inner, hidden);
    }
    projection("mlp.", "down_proj", hidden, inner);
  }

  private void projection(String block, String key, long rows, long columns) {
    add(block + key + ".weight", key, rows, columns);
    if (config.layerConfig().biased().contains(key)) {
      add(block + key + ".bias", key + "_bias", rows);
    }
  }

  private void add(String name, String key, long rows) {
    tensors.add(new TensorName(prefix + name, key, List.of(rows), 0, rows));
  }

  private void add(String name, String key, long rows, long columns) {
    addRows(name, key, 0, rows, rows, columns);
  }

  private void addRows(
      String name, String key, long firstRow, long rows, long allRows, long columns) {
    tensors.add(new TensorName(prefix + name, key, List.of(allRows, columns), firstRow, rows));
  }
}
