package io.gateau.model;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import io.gateau.model.Decoder.Pass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.ToLongFunction;

/** A batch on its way through the layers of a decoder; owns all that it holds on the device. */
final class BatchFlow implements AutoCloseable {
  private final ModelConfig config;
  private final TorchProgram program;
  private final IValue outerWeights;
  private final Batch batch;
  private final List<AttentionFocus.Chosen> focus;
  private final List<double[]> attention;
  private final TensorScope scope = new TensorScope();
  private final Deque<IValue> hidden = new ArrayDeque<>();
  private IValue counts;
  private IValue lengths;
  private IValue heads;
  private Angles everything;
  private Angles windowed;

  /** Cosines and sines of every position of every sequence, (N, 1, P). */
  private record Angles(IValue cosines, IValue sines) {}

  /**
   * Nothing is on the device yet.
   *
   * @throws IllegalArgumentException if a token is outside the vocabulary
   * @throws ModelException if the model has not got the layers and heads of an attention focus
   */
  BatchFlow(ModelConfig config, TorchProgram program, IValue outerWeights, Batch batch) {
    this.config = config;
    this.program = program;
    this.outerWeights = outerWeights;
    this.batch = batch;
    List<Reading> readings = batch.readings();
    readings.stream().map(Reading::sequences).flatMap(Arrays::stream).forEach(this::require);
    focus = readings.stream().map(this::focus).toList();
    attention =
        readings.stream()
            .map(reading -> new double[reading.focus().isPresent() ? reading.length() : 0])
            .toList();
  }

  private AttentionFocus.Chosen focus(Reading reading) {
    return reading.focus().map(wanted -> wanted.of(config)).orElse(AttentionFocus.Chosen.NONE);
  }

  private void require(int[] sequence) {
    for (int i = 0; i < sequence.length; i++) {
      if (sequence[i] < 0 || sequence[i] >= config.vocabularySize()) {
        throw new IllegalArgumentException(
            "token "
                + sequence[i]
                + " at position "
                + i
                + " has no embedding; this model reads tokens 0 to "
                + (config.vocabularySize() - 1));
      }
    }
  }

  void embed() {
    counts = each(Reading::count, scope);
    lengths = each(Reading::length, scope);
    heads = heads();
    everything = angles(config.rotary());
    windowed =
        config.windowRotary().equals(config.rotary()) ? everything : angles(config.windowRotary());
    hidden.add(program.call("embed", longs(batch.tokenIds(), scope), outerWeights));
  }

  /**
   * Runs a layer, the last one only for the rows whose attention or prediction is wanted, and adds
   * up the attention received from the responses, where this layer counts for it.
   */
  void advance(int layer, IValue layerWeights) {
    boolean last = layer == config.layers() - 1;
    int window = config.blocks().windows().get(layer);
    Angles angles = window == BlockOptions.ALL ? everything : windowed;
    try (TensorScope passing = new TensorScope()) {
      IValue result =
          passing.own(
              program.call(
                  "layer",
                  passing.own(hidden.remove()),
                  angles.cosines,
                  angles.sines,
                  layerWeights,
                  counts,
                  lengths,
                  last ? each(Reading::rowsKept, passing) : lengths,
                  longs(last ? batch.rowsKept() : new long[0], passing),
                  focusedRows(layer, passing),
                  heads,
                  passing.own(IValue.from((long) window))));
      IValue[] outputs = result.toIValueTuple();
      hidden.add(outputs[0]);
      IValue received = passing.own(outputs[1]);
      if (focus.stream().anyMatch(chosen -> chosen.layers().contains(layer))) {
        add(passing.own(received.toTensor(program.manager())).toDoubleArray(), layer);
      }
    }
  }

  /** Adds the weights that a layer found for each reading whose focus it counts for. */
  private void add(double[] received, int layer) {
    int from = 0;
    for (int i = 0; i < focus.size(); i++) {
      if (focus.get(i).layers().contains(layer)) {
        double[] sum = attention.get(i);
        for (int at = 0; at < sum.length; at++) {
          sum[at] += received[from + at];
        }
        from += sum.length;
      }
    }
  }

  /** What each reading gives, once it is through. */
  List<Pass> result() {
    IValue rows = longs(batch.predictingRows(), scope);
    IValue targets = longs(batch.targets(), scope);
    IValue scores =
        scope.own(
            program.call("negative_log_likelihood", hidden.element(), rows, targets, outerWeights));
    double[] flat = scope.own(scores.toTensor(program.manager())).toDoubleArray();
    List<Pass> passes = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < focus.size(); i++) {
      Reading reading = batch.readings().get(i);
      int response = reading.responseTokens();
      double[][] each = new double[reading.count()][];
      for (int row = 0; row < each.length; row++) {
        each[row] = Arrays.copyOfRange(flat, from, from + response);
        from += response;
      }
      AttentionFocus.Chosen chosen = focus.get(i);
      double scale = 1.0 / ((double) chosen.layers().size() * chosen.heads().size() * response);
      passes.add(new Pass(each, Arrays.stream(attention.get(i)).map(sum -> sum * scale).toArray()));
    }
    return passes;
  }

  /** The most likely token after each of the rows kept. */
  int[] mostLikely() {
    IValue tokens = scope.own(program.call("most_likely", hidden.element(), outerWeights));
    long[] found = scope.own(tokens.toTensor(program.manager())).toLongArray();
    return Arrays.stream(found).mapToInt(Math::toIntExact).toArray();
  }

  private Angles angles(RotaryEmbedding rotary) {
    List<Reading> readings = batch.readings();
    double[] frequencies =
        readings.stream()
            .flatMapToDouble(reading -> Arrays.stream(rotary.frequencies(reading.length())))
            .toArray();
    Shape shape = new Shape(readings.size(), frequencies.length / readings.size());
    IValue factor = scope.own(IValue.from(rotary.attentionFactor()));
    IValue pair =
        scope.own(
            program.call(
                "angles",
                tensor((PtNDArray) program.manager().create(frequencies, shape), scope),
                counts,
                lengths,
                factor));
    IValue[] both = pair.toIValueTuple();
    return new Angles(scope.own(both[0]), scope.own(both[1]));
  }

  /** How many rows at the end of each reading's sequences count for the attention of a layer. */
  private IValue focusedRows(int layer, TensorScope owner) {
    long[] rows = new long[focus.size()];
    for (int i = 0; i < rows.length; i++) {
      if (focus.get(i).layers().contains(layer)) {
        rows[i] = batch.readings().get(i).responseTokens();
      }
    }
    return owner.own(IValue.listFrom(rows));
  }

  /** One for each reading and head that is chosen, zero for the others: (S, H, 1). */
  private IValue heads() {
    float[] values = new float[focus.size() * config.heads()];
    for (int i = 0; i < focus.size(); i++) {
      for (int head : focus.get(i).heads()) {
        values[i * config.heads() + head] = 1;
      }
    }
    Shape shape = new Shape(focus.size(), config.heads(), 1);
    return tensor((PtNDArray) program.manager().create(values, shape), scope);
  }

  private IValue each(ToLongFunction<Reading> number, TensorScope owner) {
    long[] numbers = batch.readings().stream().mapToLong(number).toArray();
    return owner.own(IValue.listFrom(numbers));
  }

  private IValue longs(long[] values, TensorScope owner) {
    Shape shape = new Shape(values.length);
    return tensor((PtNDArray) program.manager().create(values, shape), owner);
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
