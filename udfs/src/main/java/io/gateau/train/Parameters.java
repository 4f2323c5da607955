package io.gateau.train;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.CheckpointTensors;
import io.gateau.model.checkpoint.CheckpointTensors.TensorName;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.decoder.TileSizes;
import io.gateau.model.decoder.Weights;
import io.gateau.model.torch.TensorScope;
import io.gateau.model.torch.TorchProgram;
import java.util.ArrayList;
import java.util.List;

/**
 * The weights of a decoder in training and Adam's two moments of each, all float32, in the order
 * that trainer.py states.
 */
final class Parameters implements AutoCloseable {
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

  private static final List<String> OUTSIDE_LAYERS = List.of("embed_tokens", "norm", "lm_head");

  private final TensorScope owned = new TensorScope();
  private final List<TensorName> tensors = new ArrayList<>();
  private final List<PtNDArray> weights = new ArrayList<>();
  private final List<PtNDArray> firstMoments = new ArrayList<>();
  private final List<PtNDArray> secondMoments = new ArrayList<>();

  private Parameters() {}

  /** Loads the weights of a checkpoint; the moments are 0. */
  static Parameters load(Checkpoint checkpoint, TorchProgram program) {
    Parameters parameters = new Parameters();
    try {
      for (int layer = 0; layer < checkpoint.config().layers(); layer++) {
        parameters.add(
            LAYER, CheckpointTensors.layer(checkpoint.config(), layer), checkpoint, program);
      }
      parameters.add(
          OUTSIDE_LAYERS, CheckpointTensors.outer(checkpoint.config()), checkpoint, program);
      TorchProgram.named("weights", parameters.weights);
      TorchProgram.named("first_moments", parameters.firstMoments);
      TorchProgram.named("second_moments", parameters.secondMoments);
      return parameters;
    } catch (RuntimeException e) {
      parameters.close();
      throw e;
    }
  }

  private void add(
      List<String> order, List<TensorName> stored, Checkpoint checkpoint, TorchProgram program) {
    for (String key : order) {
      for (TensorName tensor : stored) {
        if (tensor.key().equals(key)) {
          PtNDArray weight = owned.own(differentiable(tensor, checkpoint, program));
          tensors.add(tensor);
          weights.add(weight);
          firstMoments.add(owned.own(zeros(weight, program)));
          secondMoments.add(owned.own(zeros(weight, program)));
        }
      }
    }
  }

  /** A copy: an array that the scoring program makes takes no part in gradients. */
  private static PtNDArray differentiable(
      TensorName tensor, Checkpoint checkpoint, TorchProgram program) {
    try (PtNDArray loaded =
        Weights.tensor(checkpoint, program, tensor, Dtype.FLOAT32, TileSizes.DEFAULT)) {
      return (PtNDArray) program.manager().create(loaded.toFloatArray(), loaded.getShape());
    }
  }

  private static PtNDArray zeros(PtNDArray like, TorchProgram program) {
    return (PtNDArray) program.manager().zeros(like.getShape());
  }

  /** The tensors of the checkpoint, in the order of {@link #weights}. */
  List<TensorName> tensors() {
    return tensors;
  }

  List<PtNDArray> weights() {
    return weights;
  }

  List<PtNDArray> firstMoments() {
    return firstMoments;
  }

  List<PtNDArray> secondMoments() {
    return secondMoments;
  }

  /** The numbers of one tensor, row by row, as they are now. */
  float[] numbers(String tensor) {
    for (int i = 0; i < tensors.size(); i++) {
      if (tensors.get(i).name().equals(tensor)) {
        return weights.get(i).toFloatArray();
      }
    }
    throw new IllegalArgumentException("no tensor " + tensor);
  }

  /** Number of weights. */
  long size() {
    return weights.stream().mapToLong(NDArray::size).sum();
  }

  @Override
  public void close() {
    owned.close();
  }
}
