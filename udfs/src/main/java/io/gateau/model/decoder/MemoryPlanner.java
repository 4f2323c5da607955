package io.gateau.model.decoder;

import io.gateau.model.checkpoint.CheckpointTensors;
import io.gateau.model.checkpoint.CheckpointTensors.TensorName;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.LayerConfig.Norms;
import io.gateau.model.checkpoint.ModelConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Computes from a decoder's shape how much memory its weights and its passes need: what batches are
 * cut by and what {@code gateau memory} prints. It follows decoder.py step by step; a change there
 * is a change here, and a test that measures says so.
 *
 * <p>Legend: N tokens of all sequences, D hidden, Q = heads times head size, K the same of
 * key/value heads, F feed-forward, V vocabulary.
 */
public final class MemoryPlanner {
  private static final int FLOAT = 4;
  private static final int TOKEN = 8;

  /** What kernels and allocators keep for themselves, found by measuring. */
  private static final long WORKSPACE = 32L << 20;

  private final ModelConfig config;
  private final Dtype type;
  private final TileSizes blocks;
  private final long hidden;
  private final long queries;
  private final long keys;

  public MemoryPlanner(ModelConfig config, Dtype type, TileSizes blocks) {
    this.config = config;
    this.type = type;
    this.blocks = blocks;
    this.hidden = config.hiddenSize();
    this.queries = (long) config.heads() * config.headSize();
    this.keys = (long) config.keyValueHeads() * config.headSize();
  }

  /** A planner for the usual block sizes. */
  public static MemoryPlanner of(ModelConfig config, Dtype type) {
    return new MemoryPlanner(config, type, TileSizes.DEFAULT);
  }

  /** Bytes of all weights on the device. */
  public long weights() {
    return outerWeights() + IntStream.range(0, config.layers()).mapToLong(this::layer).sum();
  }

  /**
   * Bytes of weights on the device when layers are streamed: embedding, output projection, and two
   * layers, one at work and one on its way.
   */
  public long streamedWeights() {
    return outerWeights() + Math.min(2, config.layers()) * largestLayer();
  }

  /** Bytes of the largest layer's weights. */
  public long largestLayer() {
    return IntStream.range(0, config.layers()).mapToLong(this::layer).max().orElseThrow();
  }

  /**
   * Bytes of host memory that loading needs beside the weights: one block of numbers as they are
   * stored, and once more widened.
   */
  public long staging() {
    return blocks.weights() * (long) (2 + FLOAT);
  }

  /**
   * What a pass needs at its fullest moment.
   *
   * @param sequences sequences read together
   * @param tokens length of each
   * @param responseTokens tokens at the end of each that are scored
   */
  public MemoryPlan pass(int sequences, int tokens, int responseTokens) {
    return pass(List.of(new GroupShape(sequences, tokens, responseTokens)));
  }

  /**
   * How much a reading asks for.
   *
   * @param sequences sequences read together
   * @param tokens length of each
   * @param responseTokens tokens at the end of each that are scored
   */
  public record GroupShape(int sequences, int tokens, int responseTokens) {
    private long all() {
      return (long) sequences * tokens;
    }

    /** Rows of each sequence that the last layer keeps. */
    private long kept() {
      return Math.min(responseTokens + 1, tokens);
    }
  }

  /** The same for several readings in one batch. */
  public MemoryPlan pass(List<GroupShape> readings) {
    return stages(readings).max(Comparator.comparingLong(MemoryPlan::bytes)).orElseThrow();
  }

  /** Bytes that a pass of so many tokens keeps while it waits for its layer. */
  public long waiting(long tokens) {
    return hiddenStates(tokens) + rotaryTables(tokens);
  }

  private long hiddenStates(long tokens) {
    return tokens * (hidden * width() + TOKEN);
  }

  private long rotaryTables(long tokens) {
    boolean windowed = !config.windowRotary().equals(config.rotary());
    return tokens * config.rotary().rotated() * FLOAT * (windowed ? 2 : 1);
  }

  private Stream<MemoryPlan> stages(List<GroupShape> readings) {
    long all = readings.stream().mapToLong(GroupShape::all).sum();
    long rows = readings.stream().mapToLong(reading -> reading.sequences * reading.kept()).sum();
    List<MemoryPlan> stages = new ArrayList<>();
    if (config.layers() > 1) {
      stages.add(
          projected("projections", all, all)
              .with("norm block", norms(all))
              .with("projected block", block(all) * queries * width()));
      readings.forEach(reading -> stages.addAll(attention(reading, all)));
      stages.add(
          stage("feed-forward", all)
              .with("attention output", all * queries * width())
              .with("feed-forward block", feedForward(all)));
    }
    readings.forEach(reading -> stages.add(last(reading, all, rows)));
    stages.add(
        stage("last feed-forward", all)
            .with("attention output", rows * queries * width())
            .with("rows kept", rows * hidden * width())
            .with("feed-forward block", feedForward(rows)));
    stages.add(
        MemoryPlan.at("logits")
            .with("workspace", WORKSPACE + repacked())
            .with("rows kept", rows * hidden * width())
            .with("logits block", logits(rows)));
    return stages.stream();
  }

  /** Attention of one reading, in the presence of all tokens of the batch. */
  private List<MemoryPlan> attention(GroupShape reading, long all) {
    List<MemoryPlan> stages = new ArrayList<>();
    stages.add(
        projected("attention focus", all, all)
            .with("attention weights", attentionWeights(reading.tokens))
            .with("keys in float32", narrow(reading.all() * keys * FLOAT)));
    stages.add(fused("attention", reading, all, all));
    if (type == Dtype.FLOAT32 && reading.tokens <= blocks.keys()) {
      stages.add(byRows("attention by rows", reading, all, all));
    }
    return stages;
  }

  /** A stage with what is there all the time. */
  private MemoryPlan stage(String name, long all) {
    return MemoryPlan.at(name)
        .with("workspace", WORKSPACE + repacked())
        .with("hidden states", hiddenStates(all))
        .with("rotary tables", rotaryTables(all));
  }

  /** With queries of {@code rows} and all keys and values. */
  private MemoryPlan projected(String name, long all, long rows) {
    return stage(name, all)
        .with("queries", rows * queries * width())
        .with("keys and values", all * 2 * keys * width());
  }

  /**
   * All rows of a reading at once, beside the queries of {@code rows}. Where query heads share
   * keys, several sequences are copied to bring their heads in front.
   */
  private MemoryPlan fused(String name, GroupShape reading, long all, long rows) {
    boolean copied = queries != keys && reading.sequences > 1;
    long turned = copied ? reading.all() * (queries + 2 * keys) * width() : 0;
    return projected(name, all, rows)
        .with("heads in front of tokens", turned)
        .with(
            "attention output",
            reading.all() * (queries * width() + FLOAT * (long) config.heads()));
  }

  /** A block of rows of a reading at a time; what they find is written over their queries. */
  private MemoryPlan byRows(String name, GroupShape reading, long all, long rows) {
    return projected(name, all, rows)
        .with("keys and values in float32", narrow(reading.all() * 2 * keys * FLOAT))
        .with("attention weights", attentionWeights(reading.tokens));
  }

  /** The last layer computes the rows that are kept: one reading's by rows if they are few. */
  private MemoryPlan last(GroupShape reading, long all, long rows) {
    MemoryPlan plan =
        2 * reading.kept() < reading.tokens
            ? byRows("last layer", reading, all, rows)
            : fused("last layer", reading, all, rows)
                .with("queries", reading.all() * queries * width());
    return plan.with("rows kept", rows * hidden * width());
  }

  /** Attention weights of the rows that are taken at a time. */
  private long attentionWeights(int tokens) {
    long row = (long) config.heads() * tokens;
    return FLOAT * Math.max(blocks.scores(), row * Math.min(blocks.rows(), tokens));
  }

  private long block(long all) {
    return Math.min(all, blocks.tokens());
  }

  /** A block of tokens while it is normed: widened to float32, and normed. */
  private long norms(long all) {
    return block(all) * hidden * (narrow(FLOAT) + width());
  }

  /** The 16-bit products of a CPU keep copies of weights in another order; found by measuring. */
  private long repacked() {
    return type == Dtype.FLOAT32 ? 0 : 2 * hidden * config.feedForwardSize() * width();
  }

  /** The activated gate and up for a block of tokens, and the norms around them. */
  private long feedForward(long all) {
    long norms = config.layerConfig().norms() == Norms.PRE_AND_POST ? 2 : 1;
    return block(all) * 2L * config.feedForwardSize() * width() + norms * norms(all);
  }

  /**
   * One tile of logits as they are computed, and in float32; before it, the logits of the targets
   * alone.
   */
  private long logits(long rows) {
    long block = Math.min(rows, blocks.headRows());
    long step = Math.min(config.vocabularySize(), Math.max(blocks.logits() / block, 64));
    long tile = block * step * (narrow(FLOAT) + width());
    return norms(block)
        + block * hidden * width()
        + Math.max(tile, block * hidden * (width() + 3L * FLOAT));
  }

  private long narrow(long bytes) {
    return type == Dtype.FLOAT32 ? 0 : bytes;
  }

  private long outerWeights() {
    return numbers(CheckpointTensors.outer(config)) * width();
  }

  private long layer(int index) {
    return numbers(CheckpointTensors.layer(config, index)) * width();
  }

  private static long numbers(List<TensorName> tensors) {
    return tensors.stream()
        .mapToLong(
            tensor ->
                tensor.rows()
                    * tensor.shape().stream()
                        .skip(1)
                        .mapToLong(Long::longValue)
                        .reduce(1, (a, b) -> a * b))
        .sum();
  }

  private long width() {
    return type.bytes;
  }
}
