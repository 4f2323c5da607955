package io.gateau.model;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.gateau.model.DecoderTensors.TensorName;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A checkpoint's weights on a device: one native dictionary per layer and one for embedding, last
 * norm and output projection. Tensors are copied block by block from the mapped file, so the host
 * never holds a tensor twice.
 */
final class Weights implements AutoCloseable {
  private final List<IValue> layers = new ArrayList<>();
  private final IValue outer;

  private Weights(IValue outer) {
    this.outer = outer;
  }

  /**
   * Loads every weight.
   *
   * @throws ModelException naming file and tensor if a weight is not finite
   */
  static Weights load(
      Checkpoint checkpoint, TorchProgram program, NumberType type, BlockSizes sizes) {
    ModelConfig config = checkpoint.config();
    Weights weights =
        new Weights(group(checkpoint, program, DecoderTensors.outer(config), type, sizes));
    try {
      for (int layer = 0; layer < config.layers(); layer++) {
        weights.layers.add(
            group(checkpoint, program, DecoderTensors.layer(config, layer), type, sizes));
      }
      return weights;
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  /** The dictionary of layer {@code index}: the decoder program's names to its tensors. */
  IValue layer(int index) {
    return layers.get(index);
  }

  /** The dictionary of {@code embed_tokens}, {@code norm} and {@code lm_head}. */
  IValue outer() {
    return outer;
  }

  @Override
  public void close() {
    layers.forEach(IValue::close);
    outer.close();
  }

  private static IValue group(
      Checkpoint checkpoint,
      TorchProgram program,
      List<TensorName> names,
      NumberType type,
      BlockSizes sizes) {
    try (TensorScope scope = new TensorScope()) {
      Map<String, PtNDArray> loaded = new HashMap<>();
      for (TensorName name : names) {
        loaded.put(name.key(), tensor(checkpoint, program, name, type, sizes, scope));
      }
      if (loaded.containsKey("embed_tokens") && !loaded.containsKey("lm_head")) {
        loaded.put("lm_head", loaded.get("embed_tokens"));
      }
      return IValue.stringMapFrom(loaded);
    }
  }

  private static PtNDArray tensor(
      Checkpoint checkpoint,
      TorchProgram program,
      TensorName name,
      NumberType type,
      BlockSizes sizes,
      TensorScope scope) {
    SafetensorsFile file = checkpoint.fileOf(name);
    SafetensorsFile.Tensor stored = file.tensors().get(name.name());
    long rows = name.rows();
    long columns = stored.shape().size() == 1 ? 0 : stored.shape().get(1);
    long rowBytes = stored.bytes() / stored.shape().get(0);
    long step = Math.max(1, (long) sizes.weights() * stored.type().bytes / rowBytes);
    try (TensorScope parts = new TensorScope()) {
      IValue like = parts.own(IValue.from(parts.own((PtNDArray) program.manager().create(0f))));
      IValue weight =
          parts.own(
              program.call(
                  "new_weight",
                  like,
                  parts.own(IValue.from(rows)),
                  parts.own(IValue.from(columns)),
                  parts.own(IValue.from((long) type.torchNumber))));
      PtNDArray array = scope.own(weight.toTensor(program.manager()));
      for (long row = 0; row < rows; row += step) {
        long count = Math.min(step, rows - row);
        ByteBuffer bytes = file.map(stored, (name.firstRow() + row) * rowBytes, count * rowBytes);
        Shape shape = columns == 0 ? new Shape(count) : new Shape(count, columns);
        try (PtNDArray block = block(bytes, stored.type(), shape, program.manager());
            IValue from = IValue.from(row);
            IValue values = IValue.from(block);
            IValue finite = program.call("fill_weight", weight, from, values)) {
          if (!finite.toBoolean()) {
            throw new ModelException(
                file.path()
                    + ": tensor "
                    + name.name()
                    + " holds NaN or infinite values as "
                    + type.code()
                    + "; no score made with it would mean anything, so download the model again or"
                    + " use a wider dtype");
          }
        }
      }
      return array;
    }
  }

  private static PtNDArray block(
      ByteBuffer bytes, SafetensorsFile.DataTypeName type, Shape shape, PtNDManager manager) {
    return switch (type) {
      case F32 -> manager.create(bytes, shape, DataType.FLOAT32);
      case F16 -> manager.create(bytes, shape, DataType.FLOAT16);
      case BF16 -> manager.create(widened(bytes), shape, DataType.FLOAT32);
    };
  }

  /** bfloat16 is the upper half of a float32: widening is exact. */
  private static ByteBuffer widened(ByteBuffer halves) {
    ByteBuffer wide =
        ByteBuffer.allocateDirect(halves.remaining() * 2).order(ByteOrder.nativeOrder());
    while (halves.hasRemaining()) {
      wide.putInt(halves.getShort() << 16);
    }
    return wide.flip();
  }
}
