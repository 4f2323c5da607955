package io.gateau.model;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.Arrays;
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
    return read(reading).negativeLogLikelihood;
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
    return read(reading).focused();
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

  private Pass read(Reading reading) {
    return read(List.of(Batch.of(reading))).get(0).get(0);
  }

  /**
   * Takes several batches through the model together: every layer serves all of them before the
   * next, so that a layer which is brought to the device for this pass is brought once. Each batch
   * gives the same numbers, bit for bit, as alone.
   *
   * @return what each reading of each batch gives
   * @throws DeviceMemoryException if the device's memory does not hold them
   */
  List<List<Pass>> read(List<Batch> batches) {
    List<BatchFlow> flows = new ArrayList<>();
    try {
      for (Batch batch : batches) {
        batch.readings().forEach(Reading::requireResponse);
        flows.add(flow(batch));
      }
      batches.forEach(this::count);
      throughLayers(flows);
      List<List<Pass>> passes = new ArrayList<>();
      for (BatchFlow flow : flows) {
        passes.add(flow.result());
      }
      return passes;
    } catch (EngineException e) {
      int sequences = batches.stream().mapToInt(Batch::sequences).sum();
      int tokens = batches.stream().mapToInt(Batch::tokens).sum();
      throw DeviceMemoryException.of(e, sequences + " sequences of " + tokens + " tokens in all");
    } finally {
      flows.forEach(BatchFlow::close);
    }
  }

  private BatchFlow flow(Batch batch) {
    return new BatchFlow(config, program, weights.outer(), batch);
  }

  private void count(Batch batch) {
    count.add(batch);
    modelCount.add(batch);
  }

  private void throughLayers(List<BatchFlow> flows) {
    flows.forEach(BatchFlow::embed);
    try (LayerWalk layers = weights.walk()) {
      for (int layer = 0; layer < config.layers(); layer++) {
        IValue layerWeights = layers.next();
        for (BatchFlow flow : flows) {
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
    Batch batch = Batch.of(new Reading(new int[][] {sequence}, 0, Optional.empty()));
    try (BatchFlow flow = flow(batch)) {
      count(batch);
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
    Batch batch = Batch.of(reading.requireResponse());
    try (BatchFlow flow = flow(batch)) {
      count(batch);
      throughLayers(List.of(flow));
      // The last row tells what follows the response.
      return Arrays.copyOf(flow.mostLikely(), responseTokens);
    }
  }
}
