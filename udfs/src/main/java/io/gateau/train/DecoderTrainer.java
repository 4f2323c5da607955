package io.gateau.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.CheckpointTensors;
import io.gateau.model.checkpoint.CheckpointTensors.TensorName;
import io.gateau.model.checkpoint.ConfigFile;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.Family;
import io.gateau.model.checkpoint.LayerConfig;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.SafetensorsWriter;
import io.gateau.model.checkpoint.Tokenizer;
import io.gateau.model.decoder.DecoderProgram;
import io.gateau.model.decoder.TileSizes;
import io.gateau.model.decoder.Weights;
import io.gateau.model.torch.TensorScope;
import io.gateau.model.torch.TorchProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Trains a small decoder of Llama's plain blocks: a checkpoint in, a checkpoint out, through the
 * program that scores. Weights and Adam's two moments are float32; a step is one call of libtorch,
 * which keeps nothing of it but the new weights. Runs of the same steps on the same machine with
 * the same number of threads give the same weights to the bit. For one thread at a time.
 */
public final class DecoderTrainer implements AutoCloseable {
  /** The weights of a layer, in the order of the training program. */
  private static final List<String> LAYER =
      List.of(
          "attention_norm",
          "q_proj",
          "k_proj",
          "v_proj",
          "o_proj",
          "feed_forward_norm",
          "gate_proj",
          "up_proj",
          "down_proj");

  private static final List<String> OUTER = List.of("embed_tokens", "norm", "lm_head");

  private final Checkpoint checkpoint;
  private final AdamConfig adam;
  private final TorchProgram program;
  private final TensorScope owned = new TensorScope();
  private final List<TensorName> names = new ArrayList<>();
  private final List<PtNDArray> arrays = new ArrayList<>();
  private final List<PtNDArray> firstMoments;
  private final List<PtNDArray> secondMoments;
  private ModelConfig config;
  private int steps;

  /**
   * What one step found before it changed the weights.
   *
   * @param loss weighted mean negative log-likelihood, in nats
   * @param gradientLength Euclidean length of the gradient before it was cut
   */
  public record Step(double loss, double gradientLength) {}

  private DecoderTrainer(Checkpoint checkpoint, AdamConfig adam, Device device) {
    this.checkpoint = checkpoint;
    this.adam = adam;
    this.config = checkpoint.config();
    program =
        DecoderProgram.withMethods(
            TorchProgram.source(DecoderTrainer.class, "trainer.py"), config, device);
    try {
      for (int layer = 0; layer < config.layers(); layer++) {
        load(CheckpointTensors.layer(config, layer), LAYER);
      }
      load(CheckpointTensors.outer(config), OUTER);
      TorchProgram.named("weights", arrays);
      firstMoments = TorchProgram.named("first", zeros());
      secondMoments = TorchProgram.named("second", zeros());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Opens a checkpoint for training on the CPU. A Mistral is trained as the Llama that it is
   * without its window.
   *
   * @throws ModelException if it cannot be used or is neither a Llama without biases nor a Mistral
   */
  public static DecoderTrainer open(Path directory, AdamConfig adam) {
    Checkpoint checkpoint = Checkpoint.open(directory);
    ModelConfig config = checkpoint.config();
    LayerConfig unwindowed = config.layerConfig().withWindow(LayerConfig.NO_WINDOW, layer -> true);
    if (!Set.of(Family.LLAMA, Family.MISTRAL).contains(config.family())
        || !unwindowed.equals(LayerConfig.plain(config.layers(), config.headSize()))) {
      throw new ModelException(
          directory
              + " is neither a Llama without biases nor a Mistral; only those can be trained here");
    }
    return new DecoderTrainer(checkpoint, adam, Device.cpu());
  }

  /** Goes on with another rotary base; the moments stay. */
  public void ropeTheta(double theta) {
    config = config.withRopeTheta(theta);
  }

  /** The decoder as it is trained now. */
  public ModelConfig config() {
    return config;
  }

  /** Number of weights. */
  public long size() {
    return arrays.stream().mapToLong(NDArray::size).sum();
  }

  /**
   * One step of Adam.
   *
   * @param learningRate positive
   * @throws IllegalArgumentException if a token is outside the vocabulary
   * @throws ArithmeticException if the loss is no longer finite; the weights are spoilt then
   */
  public Step step(TrainingBatch batch, double learningRate) {
    if (!(learningRate > 0)) {
      throw new IllegalArgumentException("learning rate " + learningRate + " is not positive");
    }
    steps++;
    double[] numbers = {
      adam.beta1(),
      adam.beta2(),
      adam.epsilon(),
      adam.longestGradient(),
      learningRate / (1 - Math.pow(adam.beta1(), steps)),
      1 - Math.pow(adam.beta2(), steps)
    };
    try (NDManager scope = program.manager().newSubManager()) {
      NDList arguments = inputs(batch, scope);
      arguments.add(scope.create(numbers));
      arguments.addAll(arrays);
      arguments.addAll(firstMoments);
      arguments.addAll(secondMoments);
      double[] values =
          program.callWithGradients("training_step", arguments).get(0).toDoubleArray();
      if (!Double.isFinite(values[0]) || !Double.isFinite(values[1])) {
        throw new ArithmeticException(
            "loss " + values[0] + " in step " + steps + "; use a lower learning rate");
      }
      return new Step(values[0], values[1]);
    }
  }

  /** The loss of a batch and its gradient, by the tensors' names; changes nothing. */
  Gradients gradients(TrainingBatch batch) {
    try (NDManager scope = program.manager().newSubManager()) {
      NDList arguments = inputs(batch, scope);
      arguments.addAll(arrays);
      NDList found = program.callWithGradients("training_gradients", arguments);
      Map<String, float[]> byName = new LinkedHashMap<>();
      for (int i = 0; i < names.size(); i++) {
        byName.put(names.get(i).name(), found.get(i + 1).toFloatArray());
      }
      return new Gradients(found.get(0).toFloatArray()[0], byName);
    }
  }

  /** The numbers of one tensor, row by row, as they are now. */
  float[] weights(String tensor) {
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).name().equals(tensor)) {
        return arrays.get(i).toFloatArray();
      }
    }
    throw new IllegalArgumentException("no tensor " + tensor);
  }

  record Gradients(double loss, Map<String, float[]> byName) {}

  /**
   * Writes the checkpoint as a Hugging Face directory in bfloat16, rounded to the nearest: config
   * with the present rotary base, weights, tokenizer. An existing one is replaced.
   *
   * @param window longest text that it was trained on: max_position_embeddings
   */
  public Path save(Path directory, int window) {
    return save(directory, window, Family.LLAMA);
  }

  /**
   * The same, but as a Mistral: at every position its layers see no more than {@code window}
   * positions. A model that was trained on texts no longer than that goes on working behind them,
   * where a Llama would meet distances that it has never seen.
   */
  public Path saveWithWindow(Path directory, int window) {
    return save(directory, window, Family.MISTRAL);
  }

  private Path save(Path directory, int window, Family family) {
    Map<String, SafetensorsWriter.Values> tensors = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      tensors.put(
          names.get(i).name(),
          new SafetensorsWriter.Values(names.get(i).shape(), arrays.get(i).toFloatArray()));
    }
    try {
      Files.createDirectories(directory);
      byte[] tokenizer = Files.readAllBytes(checkpoint.directory().resolve(Tokenizer.FILE));
      ConfigFile written = ConfigFile.read(checkpoint.directory().resolve(ModelConfig.FILE));
      Files.write(directory.resolve(Tokenizer.FILE), tokenizer);
      Files.writeString(directory.resolve(ModelConfig.FILE), config(written, window, family));
      SafetensorsWriter.write(directory.resolve(Checkpoint.SINGLE), tensors);
    } catch (IOException e) {
      throw new ModelException(directory + " cannot be written: " + e.getMessage(), e);
    }
    return directory;
  }

  /** The text of the config.json, in the form that it was read in. */
  private String config(ConfigFile read, int window, Family family) {
    ObjectNode json = read.json().deepCopy();
    ObjectNode rotary =
        read.has("rope_parameters") ? (ObjectNode) json.get("rope_parameters") : json;
    rotary.put("rope_theta", config.ropeTheta());
    json.putArray("architectures").add(family.architecture());
    json.put("model_type", family == Family.MISTRAL ? "mistral" : "llama");
    json.put("max_position_embeddings", window);
    json.remove("sliding_window");
    if (family == Family.MISTRAL) {
      json.put("sliding_window", window);
    }
    return json.put("torch_dtype", "bfloat16").toPrettyString() + "\n";
  }

  @Override
  public void close() {
    owned.close();
    program.close();
  }

  /** Tokens, shares, cosines and sines. */
  private NDList inputs(TrainingBatch batch, NDManager scope) {
    int total = batch.length();
    Shape shape = new Shape(batch.tokens().length, total);
    long[] tokens = new long[batch.size()];
    float[] shares = new float[batch.size()];
    for (int row = 0; row < batch.tokens().length; row++) {
      for (int i = 0; i < total; i++) {
        int token = batch.tokens()[row][i];
        if (token < 0 || token >= config.vocabularySize()) {
          throw new IllegalArgumentException(
              "token " + token + " is outside the vocabulary of " + config.vocabularySize());
        }
        tokens[row * total + i] = token;
        shares[row * total + i] = batch.shares()[row][i];
      }
    }
    Shape angles = new Shape(total, 1, config.rotary().rotated() / 2);
    return new NDList(
        scope.create(tokens, shape),
        scope.create(shares, shape),
        scope.create(config.rotary().cosines(total), angles),
        scope.create(config.rotary().sines(total), angles));
  }

  private void load(List<TensorName> stored, List<String> order) {
    for (String key : order) {
      for (TensorName name : stored) {
        if (name.key().equals(key)) {
          names.add(name);
          arrays.add(owned.own(differentiable(name)));
        }
      }
    }
  }

  /** What the scoring program makes takes no part in gradients: a copy does. */
  private PtNDArray differentiable(TensorName name) {
    try (PtNDArray loaded =
        Weights.tensor(checkpoint, program, name, Dtype.FLOAT32, TileSizes.DEFAULT)) {
      return (PtNDArray) program.manager().create(loaded.toFloatArray(), loaded.getShape());
    }
  }

  private List<PtNDArray> zeros() {
    return arrays.stream()
        .map(array -> owned.own((PtNDArray) program.manager().zeros(array.getShape())))
        .toList();
  }
}
