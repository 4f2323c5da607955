package io.gateau.model.decoder;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.CheckpointTensors;
import io.gateau.model.checkpoint.CheckpointTensors.TensorName;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.SafetensorsFile;
import io.gateau.model.torch.TensorScope;
import io.gateau.model.torch.TorchProgram;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A checkpoint's weights on a device: one native dictionary for each layer, and one for embedding,
 * last norm and output projection. Tensors are copied from the file some rows at a time, so that
 * the host never holds a tensor twice. Layers stay on the device, or come to it one at a time for
 * each forward pass.
 */
public final class Weights implements AutoCloseable {
  /** Where the weights of layers are between forward passes. */
  public enum Residency {
    /** All layers stay on the device. */
    RESIDENT,
    /** Layers come to the device one at a time for each forward pass. */
    STREAMED
  }

  /**
   * Elements that libtorch copies in the calling thread alone. More elements, while another thread
   * computes on the same cores, would set a second team of OpenMP threads against the first.
   */
  private static final int SINGLE_THREAD_ELEMENTS = 1 << 15;

  private final IValue outer;
  private final int layerCount;
  private final IntFunction<IValue> source;
  private final TorchProgram program;
  private final List<IValue> resident = new ArrayList<>();

  /**
   * Weights without any layer on the device.
   *
   * @param outer the dictionary of embedding, last norm and output projection; owned by this object
   * @param source loads one layer in the order of the checkpoint; the result is the caller's
   */
  public Weights(IValue outer, int layerCount, IntFunction<IValue> source, TorchProgram program) {
    this.outer = outer;
    this.layerCount = layerCount;
    this.source = source;
    this.program = program;
  }

  /**
   * Loads every weight, or all but those of the layers where layers are streamed.
   *
   * @throws ModelException naming file and tensor if a weight is not finite
   */
  public static Weights load(
      Checkpoint checkpoint,
      TorchProgram program,
      Dtype dtype,
      TileSizes tiles,
      Residency residency) {
    ModelConfig config = checkpoint.config();
    boolean loadsWhileCpuComputes =
        residency == Residency.STREAMED && !program.manager().getDevice().isGpu();
    TileSizes layerTiles =
        loadsWhileCpuComputes ? tiles.withLoadElements(SINGLE_THREAD_ELEMENTS) : tiles;
    IntFunction<IValue> source =
        layer ->
            dictionary(
                checkpoint, program, CheckpointTensors.layer(config, layer), dtype, layerTiles);
    Weights weights =
        new Weights(
            dictionary(checkpoint, program, CheckpointTensors.outer(config), dtype, tiles),
            config.layers(),
            source,
            program);
    return residency == Residency.STREAMED ? weights : weights.withAllLayers();
  }

  /** Brings every layer to the device, to stay there, and returns these weights. */
  public Weights withAllLayers() {
    try {
      while (resident.size() < layerCount) {
        resident.add(prepacked(source.apply(resident.size())));
      }
      return this;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Opens a cursor over the first {@code count} layers for one forward pass. */
  LayerCursor layers(int count) {
    return resident.isEmpty()
        ? new StreamedLayers(source, this::prepacked, count)
        : new ResidentLayers(resident);
  }

  /** A layer in the order that the program's kernels read; closes the layer as it was loaded. */
  private IValue prepacked(IValue layer) {
    try (layer) {
      return program.call("prepack", layer);
    }
  }

  /** The dictionary of {@code embed_tokens}, {@code norm} and {@code lm_head}. */
  IValue outer() {
    return outer;
  }

  @Override
  public void close() {
    resident.forEach(IValue::close);
    outer.close();
  }

  /** Loads some tensors into a native dictionary by the program's names. */
  private static IValue dictionary(
      Checkpoint checkpoint,
      TorchProgram program,
      List<TensorName> names,
      Dtype dtype,
      TileSizes tiles) {
    try (TensorScope scope = new TensorScope()) {
      Map<String, PtNDArray> tensors = new HashMap<>();
      for (TensorName name : names) {
        tensors.put(name.key(), scope.own(tensor(checkpoint, program, name, dtype, tiles)));
      }
      boolean tied = tensors.containsKey("embed_tokens") && !tensors.containsKey("lm_head");
      if (tied) {
        tensors.put("lm_head", tensors.get("embed_tokens"));
      }
      return IValue.stringMapFrom(tensors);
    }
  }

  /**
   * Loads one tensor in the order of the checkpoint; the result is the caller's to close.
   *
   * @throws ModelException naming file and tensor if a number is not finite
   */
  public static PtNDArray tensor(
      Checkpoint checkpoint, TorchProgram program, TensorName name, Dtype dtype, TileSizes tiles) {
    SafetensorsFile file = checkpoint.fileOf(name);
    SafetensorsFile.Tensor stored = file.tensors().get(name.name());
    long columns = stored.shape().size() == 1 ? 0 : stored.shape().get(1);
    long rowBytes = stored.bytes() / stored.shape().get(0);
    long step = Math.max(1, (long) tiles.loadElements() * stored.dtype().bytes / rowBytes);
    try (TensorScope scope = new TensorScope();
        HostBuffers buffers = HostBuffers.borrow()) {
      IValue weight = empty(program, name.rows(), columns, dtype, scope);
      for (long row = 0; row < name.rows(); row += step) {
        long rows = Math.min(step, name.rows() - row);
        ByteBuffer bytes =
            file.read(stored, (name.firstRow() + row) * rowBytes, buffers.stored(rows * rowBytes));
        Shape shape = columns == 0 ? new Shape(rows) : new Shape(rows, columns);
        try (PtNDArray array = array(bytes, stored.dtype(), shape, program.manager(), buffers);
            IValue start = IValue.from(row);
            IValue values = IValue.from(array);
            IValue finite = program.call("fill_weight", weight, start, values)) {
          if (!finite.toBoolean()) {
            throw new ModelException(
                ("%s: tensor %s holds NaN or infinite values as %s; no score made with it would mean"
                        + " anything, so download the model again or use a wider dtype")
                    .formatted(file.path(), name.name(), dtype.code()));
          }
        }
      }
      return weight.toTensor(program.manager());
    }
  }

  /** Memory for a weight of (rows, columns) or, with no columns, (rows); the scope owns it. */
  public static IValue empty(
      TorchProgram program, long rows, long columns, Dtype dtype, TensorScope scope) {
    return scope.own(
        program.call(
            "new_weight",
            scope.own(IValue.from(scope.own((PtNDArray) program.manager().create(0f)))),
            scope.own(IValue.from(rows)),
            scope.own(IValue.from(columns)),
            scope.own(IValue.from((long) dtype.scalarType))));
  }

  private static PtNDArray array(
      ByteBuffer bytes,
      SafetensorsFile.StoredDtype type,
      Shape shape,
      PtNDManager manager,
      HostBuffers buffers) {
    return switch (type) {
      case F32 -> manager.create(bytes, shape, DataType.FLOAT32);
      case F16 -> manager.create(bytes, shape, DataType.FLOAT16);
      case BF16 -> manager.create(toFloat32(bytes, buffers), shape, DataType.FLOAT32);
    };
  }

  /** bfloat16 is the upper half of a float32: the conversion is exact. */
  private static ByteBuffer toFloat32(ByteBuffer bfloat16, HostBuffers buffers) {
    ByteBuffer float32 = buffers.float32(bfloat16.remaining() * 2L);
    while (bfloat16.hasRemaining()) {
      float32.putInt(bfloat16.getShort() << 16);
    }
    return float32.flip();
  }
}
