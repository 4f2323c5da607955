package io.gateau.model.decoder;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.IValue;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.torch.TorchProgram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A decoder-only language model that scores. A forward pass over whole sequences (a prefill) gives
 * the negative log-likelihood of their last tokens and the attention that these tokens pay. The
 * decoder never forms the logits of positions that are not scored, nor a square attention matrix.
 *
 * <p>Several threads may use one decoder at once; each call owns its memory. {@code
 * io.gateau.model.LoadedModel} makes decoders over its weights and must stay open.
 */
public final class Decoder {
  private final ModelConfig config;
  private final TorchProgram program;
  private final Weights weights;
  private final MemoryPlanner memoryPlanner;
  private final int batchGroupTokens;
  private final InferenceCount count = new InferenceCount();
  private final InferenceCount modelCount;

  /**
   * A decoder over weights that others own.
   *
   * @param batchGroupTokens tokens that go through each layer before the next layer comes to the
   *     device; 0 where all layers stay on the device
   * @param modelCount counts for all decoders of these weights
   */
  public Decoder(
      ModelConfig config,
      TorchProgram program,
      Weights weights,
      MemoryPlanner memoryPlanner,
      int batchGroupTokens,
      InferenceCount modelCount) {
    this.config = config;
    this.program = program;
    this.weights = weights;
    this.memoryPlanner = memoryPlanner;
    this.batchGroupTokens = batchGroupTokens;
    this.modelCount = modelCount;
  }

  /**
   * What the forward pass of one sequence gives with attention focus.
   *
   * @param negativeLogLikelihood one value per response token, in nats
   * @param attention the weight that each position of the sequence receives, averaged over the
   *     chosen layers and heads and the positions at which a response token is the input; sums to 1
   */
  public record FocusedOutput(double[] negativeLogLikelihood, double[] attention) {}

  /** The model that this decoder computes. */
  public ModelConfig config() {
    return config;
  }

  /** What forward passes of this decoder need of its device's memory. */
  public MemoryPlanner memoryPlanner() {
    return memoryPlanner;
  }

  /**
   * Tokens of a batch group, which each layer computes before the next layer comes to the device; 0
   * where all layers stay on the device.
   */
  public int batchGroupTokens() {
    return batchGroupTokens;
  }

  /** Whether the weights are on a GPU. */
  public boolean isOnGpu() {
    return program.manager().getDevice().isGpu();
  }

  /** What this decoder has computed since it was made. */
  public InferenceCount inferenceCount() {
    return count;
  }

  /**
   * Negative log-likelihoods (nats) of the last {@code responseTokens} tokens of every sequence,
   * each given all tokens before it: GATEAU (arXiv 2410.15633) Eq. 1 without the mean.
   *
   * @param sequences (B, T) token ids, all of one length
   * @return (B, responseTokens)
   * @throws IllegalArgumentException if there is no sequence, their lengths differ, or nothing
   *     precedes the response
   */
  public double[][] negativeLogLikelihood(int[][] sequences, int responseTokens) {
    SequenceGroup group = new SequenceGroup(sequences, responseTokens, AttentionHeads.NONE);
    return forward(group).negativeLogLikelihood();
  }

  /**
   * Negative log-likelihoods of one sequence's response together with its attention focus over all
   * layers and heads, from one forward pass.
   */
  public FocusedOutput scoreWithFocus(int[] sequence, int responseTokens) {
    return scoreWithFocus(sequence, responseTokens, AttentionHeads.all(config));
  }

  /**
   * Negative log-likelihoods of one sequence's response together with its attention focus over
   * chosen layers and heads, from one forward pass.
   *
   * @throws IllegalArgumentException if this model lacks one of the layers or heads
   */
  public FocusedOutput scoreWithFocus(int[] sequence, int responseTokens, AttentionHeads heads) {
    SequenceGroup group = new SequenceGroup(new int[][] {sequence}, responseTokens, heads);
    SequenceGroupOutput output = forward(group);
    return new FocusedOutput(output.negativeLogLikelihood()[0], output.attention());
  }

  private SequenceGroupOutput forward(SequenceGroup group) {
    return forward(List.of(PackedBatch.of(group))).get(0).get(0);
  }

  /**
   * Runs the forward passes of a batch group: each layer computes all batches before the next layer
   * runs, so that a layer which comes to the device for this group comes once. Each batch gives the
   * same numbers, bit for bit, as it would give alone.
   *
   * @return for each batch the output of each of its sequence groups
   * @throws DeviceOutOfMemoryException if the device's memory does not hold them
   */
  public List<List<SequenceGroupOutput>> forward(List<PackedBatch> batches) {
    List<ForwardPass> passes = new ArrayList<>();
    try {
      for (PackedBatch batch : batches) {
        batch.groups().forEach(SequenceGroup::requireOutput);
        passes.add(forwardPass(batch));
      }
      runLayers(passes);
      List<List<SequenceGroupOutput>> outputs = new ArrayList<>();
      for (ForwardPass pass : passes) {
        outputs.add(pass.outputs());
      }
      batches.forEach(this::count);
      return outputs;
    } catch (EngineException e) {
      throw outOfMemoryOr(e, batches);
    } finally {
      passes.forEach(ForwardPass::close);
    }
  }

  private static RuntimeException outOfMemoryOr(EngineException e, List<PackedBatch> batches) {
    int sequences = batches.stream().mapToInt(PackedBatch::sequences).sum();
    int tokens = batches.stream().mapToInt(PackedBatch::tokens).sum();
    return DeviceOutOfMemoryException.of(
        e, "%d sequences of %d tokens in all".formatted(sequences, tokens));
  }

  private ForwardPass forwardPass(PackedBatch batch) {
    return new ForwardPass(config, program, weights.outer(), batch);
  }

  private void count(PackedBatch batch) {
    count.add(batch);
    modelCount.add(batch);
  }

  private void runLayers(List<ForwardPass> passes) {
    passes.forEach(ForwardPass::embed);
    int last = passes.stream().mapToInt(ForwardPass::layers).max().orElse(0);
    try (LayerCursor layers = weights.layers(last)) {
      for (int index = 0; index < last; index++) {
        IValue layerWeights = layers.next();
        for (ForwardPass pass : passes) {
          if (index < pass.layers()) {
            pass.layer(index, layerWeights);
          }
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
    return mostLikelyOfOutputRows(SequenceGroup.of(sequence, 0))[0];
  }

  /**
   * The most likely token at the place of each of the last {@code responseTokens} tokens, given all
   * tokens before it. It equals the token where greedy decoding would write it.
   *
   * @throws IllegalArgumentException if nothing precedes the response
   */
  public int[] mostLikely(int[] sequence, int responseTokens) {
    SequenceGroup group = SequenceGroup.of(sequence, responseTokens).requireResponse();
    // The last output row predicts what follows the response.
    return Arrays.copyOf(mostLikelyOfOutputRows(group), responseTokens);
  }

  private int[] mostLikelyOfOutputRows(SequenceGroup group) {
    PackedBatch batch = PackedBatch.of(group);
    try (ForwardPass pass = forwardPass(batch)) {
      runLayers(List.of(pass));
      int[] tokens = pass.mostLikely();
      count(batch);
      return tokens;
    } catch (EngineException e) {
      throw outOfMemoryOr(e, List.of(batch));
    }
  }
}
