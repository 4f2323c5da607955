package io.gateau.model.decoder;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import io.gateau.model.checkpoint.LayerConfig;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.RotaryEmbedding;
import io.gateau.model.torch.TensorScope;
import io.gateau.model.torch.TorchProgram;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.DoubleStream;

/**
 * The forward pass of one packed batch: {@link #embed}, {@link #layer} for every layer in order,
 * then {@link #outputs}. It owns all tensors of the batch on the device; closing it frees them. A
 * batch of which the first layer alone is measured stops after that layer.
 *
 * <p>Legend: S sequence groups, N tokens, M output rows, L response tokens, T tokens of a sequence,
 * D hidden size, H query heads, P rotated pairs of a head.
 */
final class ForwardPass implements AutoCloseable {
  private final ModelConfig config;
  private final TorchProgram program;
  private final IValue outerWeights;
  private final PackedBatch batch;

  /** For each group, (T) attention received so far, summed over layers, heads and response rows. */
  private final List<double[]> attentionSums;

  /** For each group, the attention of its first layer, if that is measured. */
  private final List<double[]> firstLayerAttention = new ArrayList<>();

  /** For each group, the attention between its spans, layer by layer, if that is measured. */
  private final List<DoubleStream.Builder> spanAttention;

  private final TensorScope scope = new TensorScope();

  /** Hidden states, (N, D), and (M, D) after the last layer; empty before {@link #embed}. */
  private final Deque<IValue> hidden = new ArrayDeque<>();

  private IValue sequenceCounts; // (S)
  private IValue sequenceLengths; // (S)
  private IValue headMask; // (S, H, 1)
  private RotaryTables fullAttention;
  private RotaryTables slidingWindow;

  /** Cosines and sines of every position of every sequence, (N, 1, P). */
  private record RotaryTables(IValue cosines, IValue sines) {}

  /**
   * Prepares a pass; nothing is on the device yet.
   *
   * @throws IllegalArgumentException if a token is outside the vocabulary, or the model lacks a
   *     layer or head whose attention is asked for
   */
  ForwardPass(ModelConfig config, TorchProgram program, IValue outerWeights, PackedBatch batch) {
    this.config = config;
    this.program = program;
    this.outerWeights = outerWeights;
    this.batch = batch;
    List<SequenceGroup> groups = batch.groups();
    for (SequenceGroup group : groups) {
      Arrays.stream(group.sequences()).forEach(this::requireEmbeddings);
      group.attention().requireWithin(config);
    }
    attentionSums =
        groups.stream()
            .map(group -> new double[group.attention().isNone() ? 0 : group.length()])
            .toList();
    spanAttention = groups.stream().map(group -> DoubleStream.builder()).toList();
  }

  private void requireEmbeddings(int[] sequence) {
    for (int i = 0; i < sequence.length; i++) {
      if (sequence[i] < 0 || sequence[i] >= config.vocabularySize()) {
        throw new IllegalArgumentException(
            "token %d at position %d has no embedding; this model reads tokens 0 to %d"
                .formatted(sequence[i], i, config.vocabularySize() - 1));
      }
    }
  }

  /** Embeds the tokens and computes the rotary tables. */
  void embed() {
    sequenceCounts = perGroup(SequenceGroup::count, scope);
    sequenceLengths = perGroup(SequenceGroup::length, scope);
    headMask = headMask();
    fullAttention = rotaryTables(config.rotary());
    slidingWindow =
        config.windowRotary().equals(config.rotary())
            ? fullAttention
            : rotaryTables(config.windowRotary());
    hidden.add(program.call("embed", longs(batch.tokenIds(), scope), outerWeights));
  }

  /** How many layers this batch needs. */
  int layers() {
    return batch.isFirstLayerOnly() ? 1 : config.layers();
  }

  /**
   * Runs one layer. The last layer computes only the output rows. Where a group collects attention
   * in this layer, the attention is added to the group's sum.
   */
  void layer(int index, IValue layerWeights) {
    int window = config.layerConfig().windows().get(index);
    RotaryTables rotary = window == LayerConfig.NO_WINDOW ? fullAttention : slidingWindow;
    if (batch.isFirstLayerOnly()) {
      measureFirstLayer(layerWeights, rotary, window);
      return;
    }
    measureSpans(layerWeights, rotary, window);
    boolean last = index == config.layers() - 1;
    try (TensorScope layerScope = new TensorScope()) {
      IValue result =
          layerScope.own(
              program.call(
                  "layer",
                  layerScope.own(hidden.remove()),
                  rotary.cosines,
                  rotary.sines,
                  layerWeights,
                  sequenceCounts,
                  sequenceLengths,
                  last ? perGroup(SequenceGroup::outputRows, layerScope) : sequenceLengths,
                  longs(last ? batch.outputRowIndices() : new long[0], layerScope),
                  attentionRows(index, layerScope),
                  headMask,
                  number(window, layerScope)));
      IValue[] outputs = result.toIValueTuple();
      hidden.add(outputs[0]);
      IValue keyAttention = layerScope.own(outputs[1]);
      if (batch.groups().stream().anyMatch(group -> collectsAttention(group, index))) {
        addAttention(index, doubles(keyAttention, layerScope));
      }
    }
  }

  /** Measures the attention of the first layer, whose output nobody needs. */
  private void measureFirstLayer(IValue layerWeights, RotaryTables rotary, int window) {
    int firstToken = 0;
    for (SequenceGroup group : batch.groups()) {
      try (TensorScope groupScope = new TensorScope()) {
        IValue sums =
            groupScope.own(
                program.call(
                    "long_range_attention",
                    hidden.element(),
                    rotary.cosines,
                    rotary.sines,
                    layerWeights,
                    number(firstToken, groupScope),
                    number(group.length(), groupScope),
                    number(group.farDistance(), groupScope),
                    number(window, groupScope)));
        firstLayerAttention.add(doubles(sums, groupScope));
      }
      firstToken += group.length();
    }
  }

  /** Measures the attention between spans, before the layer changes the hidden states. */
  private void measureSpans(IValue layerWeights, RotaryTables rotary, int window) {
    int firstToken = 0;
    for (int i = 0; i < spanAttention.size(); i++) {
      SequenceGroup group = batch.groups().get(i);
      long[] starts = group.spanStarts();
      if (starts.length > 0) {
        try (TensorScope groupScope = new TensorScope()) {
          IValue focus =
              groupScope.own(
                  program.call(
                      "span_attention",
                      hidden.element(),
                      rotary.cosines,
                      rotary.sines,
                      layerWeights,
                      number(firstToken, groupScope),
                      number(group.length(), groupScope),
                      groupScope.own(IValue.listFrom(starts)),
                      number(SpanAttention.SPAN_TOKENS, groupScope),
                      number(SpanAttention.STRIDE_TOKENS, groupScope),
                      number(window, groupScope)));
          Arrays.stream(doubles(focus, groupScope)).forEach(spanAttention.get(i));
        }
      }
      firstToken += group.tokens();
    }
  }

  private static boolean collectsAttention(SequenceGroup group, int layer) {
    return group.attention().layers().contains(layer);
  }

  /**
   * Adds what a layer returned, one stretch of (T) for each group that collects attention in it.
   */
  private void addAttention(int layer, double[] keyAttention) {
    int start = 0;
    for (int i = 0; i < attentionSums.size(); i++) {
      if (collectsAttention(batch.groups().get(i), layer)) {
        double[] sum = attentionSums.get(i);
        for (int key = 0; key < sum.length; key++) {
          sum[key] += keyAttention[start + key];
        }
        start += sum.length;
      }
    }
  }

  /** The output of each group, once all layers have run. */
  List<SequenceGroupOutput> outputs() {
    if (batch.isFirstLayerOnly()) {
      return firstLayerAttention.stream()
          .map(sums -> Map.of(Measure.FIRST_LAYER_ATTENTION, sums))
          .map(sums -> new SequenceGroupOutput(new double[1][0], new double[0], sums))
          .toList();
    }
    IValue losses =
        scope.own(
            program.call(
                "negative_log_likelihood",
                hidden.element(),
                longs(batch.logitsIndices(), scope),
                longs(batch.targetIds(), scope),
                outerWeights));
    double[] all = doubles(losses, scope); // (L)
    List<SequenceGroupOutput> outputs = new ArrayList<>();
    int start = 0;
    int firstRow = 0;
    for (int i = 0; i < attentionSums.size(); i++) {
      SequenceGroup group = batch.groups().get(i);
      int response = group.responseTokens();
      double[][] negativeLogLikelihood = new double[group.count()][];
      for (int sequence = 0; sequence < group.count(); sequence++) {
        negativeLogLikelihood[sequence] = Arrays.copyOfRange(all, start, start + response);
        start += response;
      }
      AttentionHeads heads = group.attention();
      double terms = (double) heads.layers().size() * heads.heads().size() * response;
      double scale = 1.0 / terms;
      double[] attention = Arrays.stream(attentionSums.get(i)).map(sum -> sum * scale).toArray();
      outputs.add(new SequenceGroupOutput(negativeLogLikelihood, attention, measures(i, firstRow)));
      firstRow += group.count() * group.outputRows();
    }
    return outputs;
  }

  /** What else was asked for of a group whose output rows begin at {@code firstRow}. */
  private Map<Measure, double[]> measures(int index, int firstRow) {
    SequenceGroup group = batch.groups().get(index);
    Map<Measure, double[]> measures = new EnumMap<>(Measure.class);
    if (group.measures().contains(Measure.SPAN_ATTENTION)) {
      measures.put(Measure.SPAN_ATTENTION, spanAttention.get(index).build().toArray());
    }
    if (group.measures().contains(Measure.MEAN_HIDDEN_STATE)) {
      IValue mean =
          scope.own(
              program.call(
                  "mean_hidden_state",
                  hidden.element(),
                  number(firstRow, scope),
                  number(group.outputRows(), scope),
                  outerWeights));
      measures.put(Measure.MEAN_HIDDEN_STATE, doubles(mean, scope));
    }
    return measures;
  }

  /** The most likely next token of each output row, (M), once all layers have run. */
  int[] mostLikely() {
    IValue tokens = scope.own(program.call("most_likely", hidden.element(), outerWeights));
    long[] ids = scope.own(tokens.toTensor(program.manager())).toLongArray();
    return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
  }

  private RotaryTables rotaryTables(RotaryEmbedding rotary) {
    List<SequenceGroup> groups = batch.groups();
    double[] frequencies =
        groups.stream()
            .flatMapToDouble(group -> Arrays.stream(rotary.frequencies(group.length())))
            .toArray();
    Shape shape = new Shape(groups.size(), frequencies.length / groups.size()); // (S, P)
    IValue tables =
        scope.own(
            program.call(
                "rotary_tables",
                tensor((PtNDArray) program.manager().create(frequencies, shape), scope),
                sequenceCounts,
                sequenceLengths,
                scope.own(IValue.from(rotary.attentionFactor()))));
    IValue[] pair = tables.toIValueTuple();
    return new RotaryTables(scope.own(pair[0]), scope.own(pair[1]));
  }

  /** How many rows at the end of each group's sequences count for the attention of a layer, (S). */
  private IValue attentionRows(int layer, TensorScope owner) {
    return perGroup(group -> collectsAttention(group, layer) ? group.responseTokens() : 0, owner);
  }

  /** One for each group and head whose attention is collected, zero for the others: (S, H, 1). */
  private IValue headMask() {
    List<SequenceGroup> groups = batch.groups();
    float[] mask = new float[groups.size() * config.heads()];
    for (int i = 0; i < groups.size(); i++) {
      for (int head : groups.get(i).attention().heads()) {
        mask[i * config.heads() + head] = 1;
      }
    }
    Shape shape = new Shape(groups.size(), config.heads(), 1);
    return tensor((PtNDArray) program.manager().create(mask, shape), scope);
  }

  private IValue perGroup(ToLongFunction<SequenceGroup> number, TensorScope owner) {
    long[] numbers = batch.groups().stream().mapToLong(number).toArray();
    return owner.own(IValue.listFrom(numbers));
  }

  private static IValue number(long value, TensorScope owner) {
    return owner.own(IValue.from(value));
  }

  private IValue longs(long[] values, TensorScope owner) {
    return tensor((PtNDArray) program.manager().create(values, new Shape(values.length)), owner);
  }

  /** The numbers of a tensor in float64. */
  private double[] doubles(IValue tensor, TensorScope owner) {
    return owner.own(tensor.toTensor(program.manager())).toDoubleArray();
  }

  private static IValue tensor(PtNDArray array, TensorScope owner) {
    return owner.own(IValue.from(owner.own(array)));
  }

  @Override
  public void close() {
    hidden.forEach(IValue::close);
    hidden.clear();
    scope.close();
  }
}
