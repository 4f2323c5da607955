package io.gateau.model;

import ai.djl.Device;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.Tokenizer;
import io.gateau.model.decoder.Decoder;
import io.gateau.model.decoder.DecoderProgram;
import io.gateau.model.decoder.DecoderProgram.LinearKernels;
import io.gateau.model.decoder.InferenceCount;
import io.gateau.model.decoder.MemoryPlanner;
import io.gateau.model.decoder.TileSizes;
import io.gateau.model.decoder.Weights;
import io.gateau.model.torch.TorchProgram;
import java.nio.file.Path;

/**
 * A checkpoint in memory, ready to compute: the weights on their device, the compiled decoder
 * program and the tokenizer. The two models of a homologous pair that differ only in their rotary
 * embedding share it.
 */
public final class LoadedModel implements AutoCloseable {
  private final Checkpoint checkpoint;
  private final TorchProgram program;
  private final Weights weights;
  private final Tokenizer tokenizer;
  private final String fingerprint;
  private final MemoryPlanner planner;
  private final MemoryPolicy memoryPolicy;
  private final InferenceCount inferenceCount = new InferenceCount();

  private LoadedModel(
      Checkpoint checkpoint,
      TorchProgram program,
      Weights weights,
      Tokenizer tokenizer,
      String fingerprint,
      MemoryPlanner planner,
      MemoryPolicy memoryPolicy) {
    this.checkpoint = checkpoint;
    this.program = program;
    this.weights = weights;
    this.tokenizer = tokenizer;
    this.fingerprint = fingerprint;
    this.planner = planner;
    this.memoryPolicy = memoryPolicy;
  }

  /**
   * Loads a model in float32 onto the CPU for the caller alone, who closes it; shared models come
   * from {@link ModelCache}.
   *
   * @throws ModelException if it cannot be used
   */
  public static LoadedModel onCpu(Path directory) {
    return load(Checkpoint.open(directory), Dtype.FLOAT32, Device.cpu());
  }

  /**
   * Loads a checkpoint with the default tile sizes and memory policy.
   *
   * @param dtype resolved
   * @throws ModelException if a weight is not finite or the tokenizer cannot be read
   */
  public static LoadedModel load(Checkpoint checkpoint, Dtype dtype, Device device) {
    return load(checkpoint, dtype, device, TileSizes.DEFAULT);
  }

  /**
   * Loads a checkpoint with the default memory policy.
   *
   * @param dtype resolved
   * @throws ModelException if a weight is not finite or the tokenizer cannot be read
   */
  public static LoadedModel load(
      Checkpoint checkpoint, Dtype dtype, Device device, TileSizes tiles) {
    return load(checkpoint, dtype, device, tiles, MemoryPolicy.DEFAULT);
  }

  /**
   * Loads a checkpoint.
   *
   * @param dtype resolved
   * @throws ModelException if a weight is not finite or the tokenizer cannot be read
   */
  public static LoadedModel load(
      Checkpoint checkpoint,
      Dtype dtype,
      Device device,
      TileSizes tiles,
      MemoryPolicy memoryPolicy) {
    MemoryPlanner planner = new MemoryPlanner(checkpoint.config(), dtype, tiles);
    String fingerprint = checkpoint.fingerprint();
    Tokenizer tokenizer = Tokenizer.open(checkpoint.directory());
    try {
      TorchProgram program =
          DecoderProgram.of(checkpoint.config(), LinearKernels.of(dtype, device), tiles, device);
      try {
        Weights weights = Weights.load(checkpoint, program, dtype, tiles, memoryPolicy.residency());
        return new LoadedModel(
            checkpoint, program, weights, tokenizer, fingerprint, planner, memoryPolicy);
      } catch (RuntimeException e) {
        program.close();
        throw e;
      }
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** The checkpoint that was loaded. */
  public Checkpoint checkpoint() {
    return checkpoint;
  }

  /** The fingerprint of the checkpoint when it was loaded: {@link Checkpoint#fingerprint}. */
  public String fingerprint() {
    return fingerprint;
  }

  /** The tokenizer, which is closed with this model. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** The sequences and tokens that all decoders of this model have computed. */
  public InferenceCount inferenceCount() {
    return inferenceCount;
  }

  /** Bytes of the device that the weights take. */
  long weightBytes() {
    return memoryPolicy.isStreamed() ? planner.streamedWeights() : planner.weights();
  }

  /**
   * A decoder over these weights with rotary base {@code ropeTheta}: {@link
   * ModelConfig#withRopeTheta}.
   */
  public Decoder decoder(double ropeTheta) {
    return decoder(checkpoint.config().withRopeTheta(ropeTheta));
  }

  /**
   * A decoder over these weights with the rotary base and scaling of a spec.
   *
   * @throws ModelException if the scaling does not fit this model
   */
  public Decoder decoder(ModelSpec spec) {
    return decoder(spec.config(checkpoint));
  }

  /** A decoder over these weights; {@code config} must describe them. */
  public Decoder decoder(ModelConfig config) {
    return new Decoder(
        config, program, weights, planner, memoryPolicy.batchGroupTokens(), inferenceCount);
  }

  @Override
  public void close() {
    weights.close();
    program.close();
    tokenizer.close();
  }
}
