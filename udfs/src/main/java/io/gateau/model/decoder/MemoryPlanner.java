package io.gateau.model.decoder;

import io.gateau.model.checkpoint.CheckpointTensors;
import io.gateau.model.checkpoint.CheckpointTensors.TensorName;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.LayerConfig.Norms;
import io.gateau.model.checkpoint.ModelConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Computes how much memory a decoder's weights and forward passes need. Batches are cut by it, and
 * {@code gateau memory} prints it. {@link #stages} mirrors decoder.py method by method: a change
 * there is a change here, and a test that measures says so.
 *
 * <p>Legend: N tokens of all sequences; M output rows, the rows that the last layer computes; T
 * tokens of a sequence; D hidden size; H query heads; G key/value heads; E head size; F
 * feed-forward size; V vocabulary size. All sizes are bytes.
 */
public final class MemoryPlanner {
  private static final int FLOAT32 = Float.BYTES;
  private static final int FLOAT64 = Double.BYTES;
  private static final int TOKEN_ID = Long.BYTES;

  /** What kernels and allocators keep for themselves, found by measuring. */
  private static final long WORKSPACE = 32L << 20;

  private final ModelConfig config;
  private final Dtype dtype;
  private final TileSizes tiles;

  /** Numbers of one token's hidden state, queries, and keys: D, H E, G E. */
  private final long hiddenSize;

  private final long querySize;
  private final long keySize;

  /**
   * A planner for weights and hidden states in {@code dtype}, computed in tiles of these sizes.
   *
   * @param dtype resolved
   */
  public MemoryPlanner(ModelConfig config, Dtype dtype, TileSizes tiles) {
    this.config = config;
    this.dtype = dtype;
    this.tiles = tiles;
    this.hiddenSize = config.hiddenSize();
    this.querySize = (long) config.heads() * config.headSize();
    this.keySize = (long) config.keyValueHeads() * config.headSize();
  }

  /** A planner for the default tile sizes. */
  public static MemoryPlanner of(ModelConfig config, Dtype dtype) {
    return new MemoryPlanner(config, dtype, TileSizes.DEFAULT);
  }

  // ---- Weights ----

  /** Bytes of all weights on the device. */
  public long weights() {
    return outerWeights() + IntStream.range(0, config.layers()).mapToLong(this::layer).sum();
  }

  /**
   * Bytes of weights on the device when layers are streamed: embedding, output projection, and two
   * layers, the one that computes and the next one.
   */
  public long streamedWeights() {
    return outerWeights() + Math.min(2, config.layers()) * largestLayer();
  }

  /** Bytes of the largest layer's weights. */
  public long largestLayer() {
    return IntStream.range(0, config.layers()).mapToLong(this::layer).max().orElseThrow();
  }

  private long outerWeights() {
    return elements(CheckpointTensors.outer(config)) * dtype.bytes;
  }

  private long layer(int index) {
    return elements(CheckpointTensors.layer(config, index)) * dtype.bytes;
  }

  private static long elements(List<TensorName> tensors) {
    return tensors.stream().mapToLong(MemoryPlanner::elements).sum();
  }

  private static long elements(TensorName tensor) {
    return tensor.shape().stream().skip(1).reduce(tensor.rows(), (a, b) -> a * b);
  }

  // ---- Forward passes ----

  /**
   * The shape of a sequence group.
   *
   * @param sequences number of sequences, B
   * @param tokens tokens of each sequence, T
   * @param responseTokens tokens at the end of each sequence that are scored
   * @param measures what else is measured
   */
  public record GroupShape(int sequences, int tokens, int responseTokens, Set<Measure> measures) {
    /** A group of which nothing else is measured. */
    public GroupShape(int sequences, int tokens, int responseTokens) {
      this(sequences, tokens, responseTokens, Set.of());
    }

    private long allTokens() {
      return (long) sequences * tokens;
    }

    /** Rows of each sequence that the last layer computes. */
    private long outputRows() {
      return measures.contains(Measure.MEAN_HIDDEN_STATE) ? tokens : scoredRows();
    }

    private boolean isFirstLayerOnly() {
      return measures.contains(Measure.FIRST_LAYER_ATTENTION);
    }

    /** Rows of each sequence that predict a response token, and its last one. */
    private long scoredRows() {
      return Math.min(responseTokens + 1, tokens);
    }
  }

  /**
   * What the forward pass of one group needs at its fullest moment.
   *
   * @param sequences sequences in one batch
   * @param tokens tokens of each sequence
   * @param responseTokens tokens at the end of each sequence that are scored
   */
  public MemoryPlan pass(int sequences, int tokens, int responseTokens) {
    return pass(List.of(new GroupShape(sequences, tokens, responseTokens)));
  }

  /** What the forward pass of one batch of several groups needs at its fullest moment. */
  public MemoryPlan pass(List<GroupShape> groups) {
    List<MemoryPlan> stages =
        groups.get(0).isFirstLayerOnly() ? firstLayerStages(groups) : stages(groups);
    return stages.stream().max(Comparator.comparingLong(MemoryPlan::bytes)).orElseThrow();
  }

  /**
   * Bytes that a batch of {@code tokens} tokens keeps while other batches of its batch group
   * compute.
   */
  public long waitingBytes(long tokens) {
    return hiddenStates(tokens) + rotaryTables(tokens);
  }

  /** The memory at each step of a forward pass, in the order of decoder.py. */
  private List<MemoryPlan> stages(List<GroupShape> groups) {
    long n = groups.stream().mapToLong(GroupShape::allTokens).sum();
    long m = groups.stream().mapToLong(group -> group.sequences * group.outputRows()).sum();
    List<MemoryPlan> stages = new ArrayList<>();
    for (GroupShape group : groups) {
      if (group.measures.contains(Measure.SPAN_ATTENTION)) {
        stages.add(spanAttention(group, n));
      }
    }
    if (config.layers() > 1) {
      // project_qkv
      stages.add(
          queriesKeysValues("projections", n, n)
              .with("norm tile", normTile(n))
              .with("projected tile", tile(n) * querySize * dtype.bytes));
      // attention_, group by group
      for (GroupShape group : groups) {
        stages.add(
            queriesKeysValues("attention focus", n, n)
                .with("attention weights", attentionWeights(group))
                .with("keys in float32", unlessFloat32(group.allTokens() * keySize * FLOAT32)));
        stages.add(fusedAttention("attention", group, n, n));
        if (dtype == Dtype.FLOAT32 && group.tokens <= tiles.rowAttentionTokens()) {
          stages.add(rowAttention("attention by rows", group, n, n));
        }
      }
      // output_and_feed_forward_
      stages.add(
          always("feed-forward", n)
              .with("attention output", n * querySize * dtype.bytes)
              .with("feed-forward tile", feedForwardTile(n)));
    }
    // The last layer, whose queries, attention and feed-forward are those of the output rows.
    for (GroupShape group : groups) {
      stages.add(lastLayerAttention(group, n, m));
    }
    stages.add(
        always("last feed-forward", n)
            .with("attention output", m * querySize * dtype.bytes)
            .with("output rows", m * hiddenSize * dtype.bytes)
            .with("feed-forward tile", feedForwardTile(m)));
    // negative_log_likelihood
    long scored = groups.stream().mapToLong(group -> group.sequences * group.scoredRows()).sum();
    stages.add(
        MemoryPlan.at("logits")
            .with("workspace", workspace())
            .with("output rows", m * hiddenSize * dtype.bytes)
            .with("logits tile", logitsTile(scored)));
    if (m > scored) {
      // mean_hidden_state
      stages.add(
          MemoryPlan.at("mean hidden state")
              .with("workspace", workspace())
              .with("output rows", m * hiddenSize * dtype.bytes)
              .with("norm tile", normTile(m))
              .with("tile in float64", tile(m) * hiddenSize * FLOAT64));
    }
    return stages;
  }

  /** span_attention of one group: the queries of one span at a time. */
  private MemoryPlan spanAttention(GroupShape group, long n) {
    return keysAndWeights("span attention", group, n)
        .with("queries", SpanAttention.SPAN_TOKENS * querySize * dtype.bytes);
  }

  /** The keys of one group, and attention weights of a tile of rows. */
  private MemoryPlan keysAndWeights(String name, GroupShape group, long n) {
    return always(name, n)
        .with("keys", group.allTokens() * keySize * dtype.bytes)
        .with("keys in float32", unlessFloat32(group.allTokens() * keySize * FLOAT32))
        .with("norm tile", normTile(group.tokens))
        .with("attention weights", attentionWeights(group));
  }

  /** The memory of long_range_attention, group by group. */
  private List<MemoryPlan> firstLayerStages(List<GroupShape> groups) {
    long n = groups.stream().mapToLong(GroupShape::allTokens).sum();
    return groups.stream()
        .map(
            group ->
                keysAndWeights("first layer", group, n)
                    .with("queries", group.allTokens() * querySize * dtype.bytes))
        .toList();
  }

  /** A stage with what is there in every layer: hidden states (N, D) and rotary tables (N, P). */
  private MemoryPlan always(String name, long n) {
    return MemoryPlan.at(name)
        .with("workspace", workspace())
        .with("hidden states", hiddenStates(n))
        .with("rotary tables", rotaryTables(n));
  }

  private long hiddenStates(long tokens) {
    return tokens * (hiddenSize * dtype.bytes + TOKEN_ID);
  }

  private long rotaryTables(long tokens) {
    int tables = config.windowRotary().equals(config.rotary()) ? 1 : 2;
    return tokens * config.rotary().rotated() * FLOAT32 * tables;
  }

  /** A stage with queries (rows, H E), keys and values (N, G E). */
  private MemoryPlan queriesKeysValues(String name, long n, long rows) {
    return always(name, n)
        .with("queries", rows * querySize * dtype.bytes)
        .with("keys and values", n * 2 * keySize * dtype.bytes);
  }

  /**
   * fused_attention of one group: all its rows at once. With several sequences whose query heads
   * share keys, heads_first copies queries, keys and values.
   */
  private MemoryPlan fusedAttention(String name, GroupShape group, long n, long rows) {
    boolean copied = querySize != keySize && group.sequences > 1;
    long copies = copied ? group.allTokens() * (querySize + 2 * keySize) * dtype.bytes : 0;
    long output = querySize * dtype.bytes + FLOAT32 * (long) config.heads();
    return queriesKeysValues(name, n, rows)
        .with("heads first", copies)
        .with("attention output", group.allTokens() * output);
  }

  /** row_attention_ of one group: a tile of rows at a time, its output written over the queries. */
  private MemoryPlan rowAttention(String name, GroupShape group, long n, long rows) {
    return queriesKeysValues(name, n, rows)
        .with(
            "keys and values in float32", unlessFloat32(group.allTokens() * 2 * keySize * FLOAT32))
        .with("attention weights", attentionWeights(group));
  }

  /** Attention of the output rows of one group: by rows if they are few, padded to all if not. */
  private MemoryPlan lastLayerAttention(GroupShape group, long n, long m) {
    long padded = group.outputRows() < group.tokens ? group.allTokens() : 0;
    MemoryPlan attention =
        2 * group.outputRows() < group.tokens
            ? rowAttention("last layer", group, n, m)
            : fusedAttention("last layer", group, n, m)
                .with("queries", padded * querySize * dtype.bytes);
    return attention.with("output rows", m * hiddenSize * dtype.bytes);
  }

  /** Attention weights of one tile of rows. */
  private long attentionWeights(GroupShape group) {
    long row = (long) config.heads() * group.tokens;
    return FLOAT32
        * Math.max(tiles.attentionWeights(), row * Math.min(tiles.minRows(), group.tokens));
  }

  /** Rows of one tile of norms, linear layers or feed-forward. */
  private long tile(long rows) {
    return Math.min(rows, tiles.tokens());
  }

  /** A tile while it is normed: in float32, and normed. */
  private long normTile(long rows) {
    return tile(rows) * hiddenSize * (unlessFloat32(FLOAT32) + dtype.bytes);
  }

  /** gate_and_up of one tile, and the norms around it. */
  private long feedForwardTile(long rows) {
    long norms = config.layerConfig().norms() == Norms.PRE_AND_POST ? 2 : 1;
    return tile(rows) * 2L * config.feedForwardSize() * dtype.bytes + norms * normTile(rows);
  }

  /** One tile of logits, as computed and in float32; before it, the logits of the targets. */
  private long logitsTile(long outputRows) {
    long rows = Math.min(outputRows, tiles.logitsRows());
    long columns = Math.min(config.vocabularySize(), Math.max(tiles.logits() / rows, 64));
    long logits = rows * columns * (unlessFloat32(FLOAT32) + dtype.bytes);
    long targets = rows * hiddenSize * (dtype.bytes + 3L * FLOAT32);
    return normTile(rows) + rows * hiddenSize * dtype.bytes + Math.max(logits, targets);
  }

  /** The workspace, with the reordered weights that 16-bit kernels of a CPU keep: measured. */
  private long workspace() {
    return WORKSPACE + unlessFloat32(2 * hiddenSize * config.feedForwardSize() * dtype.bytes);
  }

  private long unlessFloat32(long bytes) {
    return dtype == Dtype.FLOAT32 ? 0 : bytes;
  }
}
