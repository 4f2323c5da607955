package io.gateau.model;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A decoder-only language model that scores: it reads whole sequences at once and gives the
 * negative log-likelihood of their last tokens and the attention that these tokens pay. It never
 * forms the logits of positions that are not scored, nor a square attention matrix. Safe for use by
 * several threads at once; each call's memory is its own. Made by {@link LoadedModel#decoder},
 * whose weights it uses and which must stay open.
 */
public final class Decoder {
  private final ModelConfig config;
  private final TorchProgram program;
  private final Weights weights;
  private final MemoryPlanner planner;
  private final Placement placement;
  private final InferenceCount count = new InferenceCount();
  private final InferenceCount modelCount;

  Decoder(
      ModelConfig config,
      TorchProgram program,
      Weights weights,
      MemoryPlanner planner,
      Placement placement,
      InferenceCount modelCount) {
    this.config = config;
    this.program = program;
    this.weights = weights;
    this.planner = planner;
    this.placement = placement;
    this.modelCount = modelCount;
  }

  /**
   * What one pass over a sequence with attention focus gives.
   *
   * @param negativeLogLikelihood one value per response token, in nats
   * @param attention the weight that each position of the sequence receives, averaged over the
   *     chosen layers and heads and the positions at which a response token is the input; sums to 1
   */
  public record FocusedPass(double[] negativeLogLikelihood, double[] attention) {}

  public ModelConfig config() {
    return config;
  }

  /** What passes of this decoder need of its device's memory. */
  public MemoryPlanner planner() {
    return planner;
  }

  Placement placement() {
    return placement;
  }

  boolean isOnGpu() {
    return program.manager().getDevice().isGpu();
  }

  /** What this decoder has read since it was made. */
  public InferenceCount inferenceCount() {
    return count;
  }

  /**
   * Negative log-likelihoods (nats) of the last {@code responseTokens} tokens of every sequence,
   * each given all tokens before it: METHOD, raw signals; GATEAU (arXiv 2410.15633) Eq. 1 without
   * the mean.
   *
   * @param sequences (B, T) token ids, all of one length
   * @return (B, responseTokens)
   * @throws IllegalArgumentException if there is no sequence, their lengths differ, or nothing
   *     precedes the response
   */
  public double[][] negativeLogLikelihood(int[][] sequences, int responseTokens) {
    Reading reading = new Reading(sequences, responseTokens, Optional.empty());
    return read(List.of(reading)).get(0).negativeLogLikelihood;
  }

  /**
   * The same for one sequence, with the attention focus of its response from the very same pass,
   * over all layers and heads.
   */
  public FocusedPass focusedPass(int[] sequence, int responseTokens) {
    return focusedPass(sequence, responseTokens, AttentionFocus.EVERYTHING);
  }

  /**
   * The same over chosen layers and heads.
   *
   * @throws ModelException if this model has not got them
   */
  public FocusedPass focusedPass(int[] sequence, int responseTokens, AttentionFocus focus) {
    Reading reading = new Reading(new int[][] {sequence}, responseTokens, Optional.of(focus));
    return read(List.of(reading)).get(0).focused();
  }

  /**
   * What one reading gives.
   *
   * @param negativeLogLikelihood (B, responseTokens), in nats
   * @param attention (T) as in {@link FocusedPass}; empty where it was not asked for
   */
  record Pass(double[][] negativeLogLikelihood, double[] attention) {
    FocusedPass focused() {
      return new FocusedPass(negativeLogLikelihood[0], attention);
    }
  }

  /**
   * Takes several readings through the model together: every layer serves all of them before the
   * next, so that a layer which is brought to the device for this pass is brought once. Each
   * reading gives the same numbers, bit for bit, as alone.
   *
   * @throws DeviceMemoryException if the device's memory does not hold them
   */
  List<Pass> read(List<Reading> readings) {
    List<Flow> flows = new ArrayList<>();
    try {
      for (Reading reading : readings) {
        flows.add(new Flow(reading.requireResponse()));
      }
      for (Reading reading : readings) {
        count.add(reading.count(), reading.length());
        modelCount.add(reading.count(), reading.length());
      }
      throughLayers(flows);
      List<Pass> passes = new ArrayList<>();
      for (Flow flow : flows) {
        passes.add(flow.result());
      }
      return passes;
    } catch (EngineException e) {
      throw DeviceMemoryException.of(e, "a batch of " + readings);
    } finally {
      flows.forEach(Flow::close);
    }
  }

  private void throughLayers(List<Flow> flows) {
    flows.forEach(Flow::embed);
    try (LayerWalk layers = weights.walk()) {
      for (int layer = 0; layer < config.layers(); layer++) {
        IValue layerWeights = layers.next();
        for (Flow flow : flows) {
          flow.advance(layer, layerWeights);
        }
      }
    }
  }

  /**
   * The most likely token after a sequence.
   *
   * @throws IllegalArgumentException if the sequence is empty
   */
  public int mostLikelyNext(int[] sequence) {
    if (sequence.length == 0) {
      throw new IllegalArgumentException("nothing can follow an empty sequence; give a token");
    }
    requireEmbeddings(sequence);
    count.add(1, sequence.length);
    modelCount.add(1, sequence.length);
    Reading reading = new Reading(new int[][] {sequence}, 0, Optional.empty());
    try (Flow flow = new Flow(reading)) {
      throughLayers(List.of(flow));
      return flow.mostLikely()[0];
    }
  }

  /**
   * The most likely token at the place of each of the last {@code responseTokens} tokens, given all
   * tokens before it: equal to them where greedy decoding would write them.
   *
   * @throws IllegalArgumentException if nothing precedes the response
   */
  public int[] mostLikely(int[] sequence, int responseTokens) {
    Reading reading = new Reading(new int[][] {sequence}, responseTokens, Optional.empty());
    try (Flow flow = new Flow(reading.requireResponse())) {
      count.add(1, sequence.length);
      modelCount.add(1, sequence.length);
      throughLayers(List.of(flow));
      // The last row tells what follows the response.
      return Arrays.copyOf(flow.mostLikely(), responseTokens);
    }
  }

  /** One reading on its way through the layers; owns all that it holds on the device. */
  private final class Flow implements AutoCloseable {
    private final Reading reading;
    private final int total;
    private final int keptFrom;
    private final AttentionFocus.Chosen chosen;
    private final double[] attention;
    private final TensorScope scope = new TensorScope();
    private final Deque<IValue> hidden = new ArrayDeque<>();
    private Angles everything;
    private Angles windowed;
    private IValue heads;

    Flow(Reading reading) {
      this.reading = reading;
      Arrays.stream(reading.sequences()).forEach(Decoder.this::requireEmbeddings);
      total = reading.length();
      keptFrom = total - reading.responseTokens() - 1;
      chosen = reading.focus().map(focus -> focus.of(config)).orElse(AttentionFocus.Chosen.NONE);
      attention = new double[reading.focus().isPresent() ? total : 0];
    }

    void embed() {
      everything = angles(config.rotary(), scope);
      windowed =
          config.windowRotary().equals(config.rotary())
              ? everything
              : angles(config.windowRotary(), scope);
      heads = heads(chosen.heads(), scope);
      long[] flat =
          Arrays.stream(reading.sequences()).flatMapToInt(Arrays::stream).asLongStream().toArray();
      IValue tokens = longs(flat, new Shape(reading.count(), total), scope);
      hidden.add(program.call("embed", tokens, weights.outer()));
    }

    /**
     * Runs a layer, the last one only for the rows from {@code keptFrom} on, and adds the attention
     * received from the response, if this layer's counts, to {@code attention}.
     */
    void advance(int layer, IValue layerWeights) {
      int first = layer == config.layers() - 1 ? keptFrom : 0;
      int positions = config.blocks().windows().get(layer);
      boolean focused = chosen.layers().contains(layer);
      Angles angles = positions == BlockOptions.ALL ? everything : windowed;
      try (IValue before = hidden.remove();
          IValue from = IValue.from((long) first);
          IValue focusFrom =
              IValue.from((long) (focused ? total - reading.responseTokens() : total));
          IValue window = IValue.from((long) (positions < total ? positions : BlockOptions.ALL));
          IValue pair =
              program.call(
                  "layer",
                  before,
                  angles.cosines,
                  angles.sines,
                  layerWeights,
                  from,
                  focusFrom,
                  heads,
                  window)) {
        IValue[] outputs = pair.toIValueTuple();
        hidden.add(outputs[0]);
        try (IValue received = outputs[1]) {
          if (focused) {
            add(received, attention);
          }
        }
      }
    }

    Pass result() {
      int response = reading.responseTokens();
      long[] targets =
          Arrays.stream(reading.sequences())
              .flatMapToInt(sequence -> Arrays.stream(sequence, total - response, total))
              .asLongStream()
              .toArray();
      IValue wanted = longs(targets, new Shape(reading.count(), response), scope);
      IValue scores =
          scope.own(
              program.call("negative_log_likelihood", hidden.element(), wanted, weights.outer()));
      double[] flat = scope.own(scores.toTensor(program.manager())).toDoubleArray();
      double[][] result = new double[reading.count()][];
      for (int row = 0; row < result.length; row++) {
        result[row] = Arrays.copyOfRange(flat, row * response, (row + 1) * response);
      }
      double scale = 1.0 / ((double) chosen.layers().size() * chosen.heads().size() * response);
      return new Pass(result, Arrays.stream(attention).map(weight -> weight * scale).toArray());
    }

    int[] mostLikely() {
      IValue tokens = scope.own(program.call("most_likely", hidden.element(), weights.outer()));
      long[] found = scope.own(tokens.toTensor(program.manager())).toLongArray();
      return Arrays.stream(found).mapToInt(Math::toIntExact).toArray();
    }

    private Angles angles(RotaryEmbedding rotary, TensorScope scope) {
      double[] frequencies = rotary.frequencies(total);
      PtNDArray each =
          (PtNDArray) program.manager().create(frequencies, new Shape(frequencies.length));
      IValue count = scope.own(IValue.from((long) reading.count()));
      IValue length = scope.own(IValue.from((long) total));
      IValue factor = scope.own(IValue.from(rotary.attentionFactor()));
      IValue pair =
          scope.own(
              program.call(
                  "angles", scope.own(IValue.from(scope.own(each))), count, length, factor));
      IValue[] both = pair.toIValueTuple();
      return new Angles(scope.own(both[0]), scope.own(both[1]));
    }

    @Override
    public void close() {
      hidden.forEach(IValue::close);
      hidden.clear();
      scope.close();
    }
  }

  /** Adds the weights that one layer's program returned. */
  private void add(IValue received, double[] attention) {
    try (PtNDArray array = received.toTensor(program.manager())) {
      double[] weight = array.toDoubleArray();
      for (int i = 0; i < attention.length; i++) {
        attention[i] += weight[i];
      }
    }
  }

  private void requireEmbeddings(int[] sequence) {
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

  /** One for each chosen head, zero for the others: (H, 1). */
  private IValue heads(List<Integer> chosen, TensorScope scope) {
    float[] values = new float[config.heads()];
    chosen.forEach(head -> values[head] = 1);
    Shape shape = new Shape(values.length, 1);
    return scope.own(IValue.from(scope.own((PtNDArray) program.manager().create(values, shape))));
  }

  private IValue longs(long[] values, Shape shape, TensorScope scope) {
    return scope.own(IValue.from(scope.own((PtNDArray) program.manager().create(values, shape))));
  }

  /** Cosines and sines of every position of every sequence, (B T, 1, P). */
  private record Angles(IValue cosines, IValue sines) {}
}
