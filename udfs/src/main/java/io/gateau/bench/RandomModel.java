package io.gateau.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import io.gateau.model.Devices;
import io.gateau.model.MemoryPolicy;
import io.gateau.model.checkpoint.CheckpointTensors;
import io.gateau.model.checkpoint.CheckpointTensors.TensorName;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.decoder.Decoder;
import io.gateau.model.decoder.DecoderProgram;
import io.gateau.model.decoder.DecoderProgram.LinearKernels;
import io.gateau.model.decoder.InferenceCount;
import io.gateau.model.decoder.MemoryPlanner;
import io.gateau.model.decoder.TileSizes;
import io.gateau.model.decoder.Weights;
import io.gateau.model.torch.TensorScope;
import io.gateau.model.torch.TorchProgram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A decoder of a given shape with random weights, for measurements: its output means nothing, and
 * it takes the time and the memory of a real one.
 */
public final class RandomModel implements AutoCloseable {
  /** How many random numbers are drawn; larger weights repeat them. */
  private static final int NUMBERS = 1 << 22;

  private static final double DEVIATION = 0.02;

  private final TorchProgram program;
  private final Weights weights;
  private final Decoder decoder;

  /** Makes the weights on a device. */
  public RandomModel(ModelConfig config, Dtype dtype, String device) {
    TileSizes tiles = TileSizes.DEFAULT;
    Device where = Devices.of(device);
    program = DecoderProgram.of(config, LinearKernels.of(dtype, where), tiles, where);
    ByteBuffer numbers = numbers();
    weights =
        new Weights(
                group(CheckpointTensors.outer(config), dtype, numbers),
                config.layers(),
                layer -> group(CheckpointTensors.layer(config, layer), dtype, numbers),
                program)
            .withAllLayers();
    decoder =
        new Decoder(
            config,
            program,
            weights,
            new MemoryPlanner(config, dtype, tiles),
            MemoryPolicy.RESIDENT,
            new InferenceCount());
  }

  public Decoder decoder() {
    return decoder;
  }

  TorchProgram program() {
    return program;
  }

  /** A matrix of random numbers; the scope owns it. */
  IValue matrix(long rows, long columns, Dtype dtype, TensorScope scope) {
    TensorName name = new TensorName("random", "random", List.of(rows, columns), 0, rows);
    return scope.own(IValue.from(scope.own(tensor(name, dtype, numbers()))));
  }

  /** Waits until the device has done what was asked of it: a copy from it comes last. */
  void awaitDevice() {
    if (decoder.isOnGpu()) {
      try (NDArray last = program.manager().create(0f)) {
        last.toFloatArray();
      }
    }
  }

  @Override
  public void close() {
    weights.close();
    program.close();
  }

  private static ByteBuffer numbers() {
    ByteBuffer numbers =
        ByteBuffer.allocateDirect(NUMBERS * Float.BYTES).order(ByteOrder.nativeOrder());
    Random random = new Random(1);
    while (numbers.hasRemaining()) {
      numbers.putFloat((float) (DEVIATION * random.nextGaussian()));
    }
    return numbers.flip();
  }

  private IValue group(List<TensorName> names, Dtype dtype, ByteBuffer numbers) {
    try (TensorScope scope = new TensorScope()) {
      Map<String, PtNDArray> made = new HashMap<>();
      for (TensorName name : names) {
        made.put(name.key(), scope.own(tensor(name, dtype, numbers)));
      }
      if (made.containsKey("embed_tokens")) {
        made.putIfAbsent("lm_head", made.get("embed_tokens"));
      }
      return IValue.stringMapFrom(made);
    }
  }

  private PtNDArray tensor(TensorName name, Dtype dtype, ByteBuffer numbers) {
    long columns = name.shape().size() == 1 ? 0 : name.shape().get(1);
    long step = NUMBERS / Math.max(1, columns);
    try (TensorScope parts = new TensorScope()) {
      IValue weight = Weights.empty(program, name.rows(), columns, dtype, parts);
      for (long row = 0; row < name.rows(); row += step) {
        long rows = Math.min(step, name.rows() - row);
        Shape shape = columns == 0 ? new Shape(rows) : new Shape(rows, columns);
        ByteBuffer part = numbers.duplicate().order(ByteOrder.nativeOrder());
        part.limit((int) (shape.size() * Float.BYTES));
        try (PtNDArray block = program.manager().create(part, shape, DataType.FLOAT32);
            IValue from = IValue.from(row);
            IValue values = IValue.from(block)) {
          program.call("fill_weight", weight, from, values).close();
        }
      }
      return weight.toTensor(program.manager());
    }
  }
}
