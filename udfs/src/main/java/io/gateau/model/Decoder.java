package io.gateau.model;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.Arrays;

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
  private final InferenceCount count = new InferenceCount();
  private final InferenceCount modelCount;

  Decoder(ModelConfig config, TorchProgram program, Weights weights, InferenceCount modelCount) {
    this.config = config;
    this.program = program;
    this.weights = weights;
    this.modelCount = modelCount;
  }

  /**
   * What one pass over a sequence with attention focus gives.
   *
   * @param negativeLogLikelihood one value per response token, in nats
   * @param attention the weight that each position of the sequence receives, averaged over layers,
   *     heads and the positions at which a response token is the input; sums to 1
   */
  public record FocusedPass(double[] negativeLogLikelihood, double[] attention) {}

  public ModelConfig config() {
    return config;
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
    return pass(sequences, responseTokens, false).negativeLogLikelihood;
  }

  /**
   * The same for one sequence, with the attention focus of its response from the very same pass.
   */
  public FocusedPass focusedPass(int[] sequence, int responseTokens) {
    Pass pass = pass(new int[][] {sequence}, responseTokens, true);
    double scale = 1.0 / ((double) config.layers() * config.heads() * responseTokens);
    double[] attention = Arrays.stream(pass.attention).map(weight -> weight * scale).toArray();
    return new FocusedPass(pass.negativeLogLikelihood[0], attention);
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
    count.add(1, sequence.length);
    modelCount.add(1, sequence.length);
    try (TensorScope scope = new TensorScope()) {
      IValue last =
          hidden(new int[][] {sequence}, sequence.length - 1, sequence.length, scope, null);
      IValue token = scope.own(program.call("most_likely", last, weights.outer()));
      return (int) scope.own(token.toTensor(program.manager())).toLongArray()[0];
    }
  }

  private record Pass(double[][] negativeLogLikelihood, double[] attention) {}

  private Pass pass(int[][] sequences, int responseTokens, boolean focused) {
    int total = length(sequences);
    if (responseTokens < 1 || responseTokens >= total) {
      throw new IllegalArgumentException(
          responseTokens
              + " response tokens in a sequence of "
              + total
              + "; at least one must precede them");
    }
    count.add(sequences.length, total);
    modelCount.add(sequences.length, total);
    double[] attention = new double[focused ? total : 0];
    try (TensorScope scope = new TensorScope()) {
      IValue kept =
          hidden(
              sequences,
              total - responseTokens - 1,
              focused ? total - responseTokens : total,
              scope,
              attention);
      long[] targets = new long[sequences.length * responseTokens];
      for (int row = 0; row < sequences.length; row++) {
        for (int i = 0; i < responseTokens; i++) {
          targets[row * responseTokens + i] = sequences[row][total - responseTokens + i];
        }
      }
      IValue wanted = longs(targets, new Shape(sequences.length, responseTokens), scope);
      IValue scores =
          scope.own(program.call("negative_log_likelihood", kept, wanted, weights.outer()));
      double[] flat = scope.own(scores.toTensor(program.manager())).toDoubleArray();
      double[][] result = new double[sequences.length][];
      for (int row = 0; row < sequences.length; row++) {
        result[row] = Arrays.copyOfRange(flat, row * responseTokens, (row + 1) * responseTokens);
      }
      return new Pass(result, attention);
    }
  }

  /**
   * Runs all layers; the last one only for the rows from {@code keptFrom} on, which are returned,
   * (B, T - keptFrom, D). Adds the attention received from the rows from {@code focusFrom} on to
   * {@code attention}.
   */
  private IValue hidden(
      int[][] sequences, int keptFrom, int focusFrom, TensorScope scope, double[] attention) {
    int total = sequences[0].length;
    long[] flat = Arrays.stream(sequences).flatMapToInt(Arrays::stream).asLongStream().toArray();
    Angles everything = angles(config.rotary(), total, scope);
    Angles windowed =
        config.windowRotary().equals(config.rotary())
            ? everything
            : angles(config.windowRotary(), total, scope);
    IValue focus = scope.own(IValue.from((long) focusFrom));
    IValue all = scope.own(IValue.from(0L));
    IValue kept = scope.own(IValue.from((long) keptFrom));
    IValue tokens = longs(flat, new Shape(sequences.length, total), scope);
    IValue hidden = program.call("embed", tokens, weights.outer());
    for (int layer = 0; layer < config.layers(); layer++) {
      IValue first = layer == config.layers() - 1 ? kept : all;
      int positions = config.blocks().windows().get(layer);
      Angles angles = positions == BlockOptions.ALL ? everything : windowed;
      try (IValue before = hidden;
          IValue window = IValue.from((long) (positions < total ? positions : BlockOptions.ALL));
          IValue pair =
              program.call(
                  "layer",
                  before,
                  angles.cosines,
                  angles.sines,
                  weights.layer(layer),
                  first,
                  focus,
                  window)) {
        IValue[] outputs = pair.toIValueTuple();
        hidden = outputs[0];
        try (IValue received = outputs[1]) {
          if (focusFrom < total) {
            add(received, attention);
          }
        } catch (RuntimeException e) {
          outputs[0].close();
          throw e;
        }
      }
    }
    return scope.own(hidden);
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

  private static int length(int[][] sequences) {
    if (sequences.length == 0) {
      throw new IllegalArgumentException("a batch needs a sequence");
    }
    for (int[] sequence : sequences) {
      if (sequence.length != sequences[0].length) {
        throw new IllegalArgumentException(
            "the sequences of a batch differ in length: "
                + sequences[0].length
                + " and "
                + sequence.length);
      }
    }
    return sequences[0].length;
  }

  private IValue longs(long[] values, Shape shape, TensorScope scope) {
    return scope.own(IValue.from(scope.own((PtNDArray) program.manager().create(values, shape))));
  }

  /** Cosines and sines of every position, (T, 1, R / 2). */
  private record Angles(IValue cosines, IValue sines) {}

  private Angles angles(RotaryEmbedding rotary, int tokens, TensorScope scope) {
    Shape shape = new Shape(tokens, 1, rotary.rotated() / 2);
    return new Angles(
        floats(rotary.cosines(tokens), shape, scope), floats(rotary.sines(tokens), shape, scope));
  }

  private IValue floats(float[] values, Shape shape, TensorScope scope) {
    return scope.own(IValue.from(scope.own((PtNDArray) program.manager().create(values, shape))));
  }
}
