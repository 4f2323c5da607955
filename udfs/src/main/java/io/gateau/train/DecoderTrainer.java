package io.gateau.train;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Family;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.decoder.DecoderProgram;
import io.gateau.model.torch.TorchProgram;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Trains a small decoder of plain Llama layers: a checkpoint in, a checkpoint out. The loss, its
 * gradients and Adam are methods of trainer.py, compiled into the program that scores. Weights and
 * moments are float32; a step is one call of libtorch, which keeps only the new weights and
 * moments. The same steps on the same machine with the same number of threads give the same weights
 * to the bit. For one thread at a time.
 */
final class DecoderTrainer implements AutoCloseable {
  private final Checkpoint checkpoint;
  private final AdamConfig adam;
  private final TorchProgram program;
  private final Parameters parameters;
  private ModelConfig config;
  private int steps;

  /**
   * The result of one step, from the weights before it.
   *
   * @param loss weighted mean negative log-likelihood, in nats
   * @param gradientNorm Euclidean norm of the gradient before it was clipped
   */
  record Step(double loss, double gradientNorm) {}

  /**
   * A loss and its gradient.
   *
   * @param loss weighted mean negative log-likelihood, in nats
   * @param byName gradient of each tensor of the checkpoint, row by row
   */
  record Gradients(double loss, Map<String, float[]> byName) {}

  private DecoderTrainer(
      Checkpoint checkpoint, AdamConfig adam, TorchProgram program, Parameters parameters) {
    this.checkpoint = checkpoint;
    this.adam = adam;
    this.program = program;
    this.parameters = parameters;
    this.config = checkpoint.config();
  }

  /**
   * Opens a checkpoint for training on the CPU. A Mistral is trained without its window, as a
   * Llama.
   *
   * @throws ModelException if it cannot be used or is neither a Llama without biases nor a Mistral
   */
  static DecoderTrainer open(Path directory, AdamConfig adam) {
    Checkpoint checkpoint = Checkpoint.open(directory);
    ModelConfig config = checkpoint.config();
    if (!Set.of(Family.LLAMA, Family.MISTRAL).contains(config.family())
        || !config.layerConfig().isPlainButForWindows(config.headSize())) {
      throw new ModelException(
          "%s is neither a Llama without biases nor a Mistral; only those can be trained here"
              .formatted(directory));
    }
    TorchProgram program =
        DecoderProgram.withMethods(
            TorchProgram.source(DecoderTrainer.class, "trainer.py"), config, Device.cpu());
    try {
      return new DecoderTrainer(checkpoint, adam, program, Parameters.load(checkpoint, program));
    } catch (RuntimeException e) {
      program.close();
      throw e;
    }
  }

  /** Continues with another rotary base; weights and moments stay. */
  void ropeTheta(double theta) {
    config = config.withRopeTheta(theta);
  }

  /** The decoder as it is trained now. */
  ModelConfig config() {
    return config;
  }

  /**
   * One step of Adam.
   *
   * @param learningRate positive
   * @throws IllegalArgumentException if a token is outside the vocabulary
   * @throws ArithmeticException if the loss is no longer finite; the weights are spoilt then
   */
  Step step(TrainingBatch batch, double learningRate) {
    if (!(learningRate > 0)) {
      throw new IllegalArgumentException(
          "learning rate %s is not positive".formatted(learningRate));
    }
    steps++;
    double[] hyperparameters = {
      adam.beta1(),
      adam.beta2(),
      adam.epsilon(),
      adam.maxGradientNorm(),
      learningRate / (1 - Math.pow(adam.beta1(), steps)),
      1 - Math.pow(adam.beta2(), steps)
    };
    try (NDManager scope = program.manager().newSubManager()) {
      NDList arguments = inputs(batch, scope);
      arguments.add(scope.create(hyperparameters));
      arguments.addAll(parameters.weights());
      arguments.addAll(parameters.firstMoments());
      arguments.addAll(parameters.secondMoments());
      double[] result =
          program.callWithGradients("training_step", arguments).get(0).toDoubleArray();
      if (!Double.isFinite(result[0]) || !Double.isFinite(result[1])) {
        throw new ArithmeticException(
            "loss %s in step %d; use a lower learning rate".formatted(result[0], steps));
      }
      return new Step(result[0], result[1]);
    }
  }

  /** The loss of a batch and its gradient; changes nothing. */
  Gradients gradients(TrainingBatch batch) {
    try (NDManager scope = program.manager().newSubManager()) {
      NDList arguments = inputs(batch, scope);
      arguments.addAll(parameters.weights());
      NDList result = program.callWithGradients("training_gradients", arguments);
      Map<String, float[]> byName = new LinkedHashMap<>();
      for (int i = 0; i < parameters.tensors().size(); i++) {
        byName.put(parameters.tensors().get(i).name(), result.get(i + 1).toFloatArray());
      }
      return new Gradients(result.get(0).toFloatArray()[0], byName);
    }
  }

  /** The numbers of one tensor, row by row, as they are now. */
  float[] weights(String tensor) {
    return parameters.numbers(tensor);
  }

  /**
   * Writes the model as a Llama in a Hugging Face directory, in bfloat16.
   *
   * @param maxPositions longest sequence that it was trained on, in tokens
   * @throws ModelException if it cannot be written
   */
  Path save(Path directory, int maxPositions) {
    return new TrainedCheckpoint(checkpoint, Family.LLAMA, config.ropeTheta(), maxPositions)
        .write(directory, parameters);
  }

  /**
   * Writes the model as a Mistral in a Hugging Face directory, in bfloat16: at every position its
   * layers attend to {@code window} positions at the most. A model that was trained on sequences no
   * longer than that still works on longer ones; as a Llama it would meet distances that it was not
   * trained on.
   *
   * @throws ModelException if it cannot be written
   */
  Path saveWithWindow(Path directory, int window) {
    return new TrainedCheckpoint(checkpoint, Family.MISTRAL, config.ropeTheta(), window)
        .write(directory, parameters);
  }

  @Override
  public void close() {
    parameters.close();
    program.close();
  }

  /** Tokens and loss weights (B, T), cosines and sines (T, 1, E / 2). */
  private NDList inputs(TrainingBatch batch, NDManager scope) {
    int total = batch.length();
    long[] tokens = new long[batch.size()];
    float[] lossWeights = new float[batch.size()];
    for (int row = 0; row < batch.tokens().length; row++) {
      for (int i = 0; i < total; i++) {
        int token = batch.tokens()[row][i];
        if (token < 0 || token >= config.vocabularySize()) {
          throw new IllegalArgumentException(
              "token %d is outside the vocabulary of %d".formatted(token, config.vocabularySize()));
        }
        tokens[row * total + i] = token;
        lossWeights[row * total + i] = batch.lossWeights()[row][i];
      }
    }
    Shape shape = new Shape(batch.tokens().length, total);
    Shape angles = new Shape(total, 1, config.rotary().rotated() / 2);
    return new NDList(
        scope.create(tokens, shape),
        scope.create(lossWeights, shape),
        scope.create(config.rotary().cosines(total), angles),
        scope.create(config.rotary().sines(total), angles));
  }
}
