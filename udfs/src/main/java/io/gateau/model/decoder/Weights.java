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
 * A checkpoint's weights on a device: one native dictionary per layer and one for embedding, last
 * norm and output projection. Tensors are copied block by block from the file, so the host never
 * holds a tensor twice. Layers stay on the device, or come to it one at a time for each pass.
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
   * Numbers that libtorch copies in the calling thread alone. Larger blocks, while another thread
   * computes on the same cores, would set a second team of threads against the first.
   */
  private static final int ONE_THREAD = 1 << 15;

  private final List<IValue> resident = new ArrayList<>();
  private final IValue outer;
  private final int count;
  private final IntFunction<IValue> source;
  private final TorchProgram program;

  /** Without any layer yet; {@code source} reads one, in the order of the file. */
  public Weights(IValue outer, int count, IntFunction<IValue> source, TorchProgram program) {
    this.outer = outer;
    this.count = count;
    this.source = source;
    this.program = program;
  }

  /**
   * Loads every weight, or all but those of the layers where these are streamed.
   *
   * @throws ModelException naming file and tensor if a weight is not finite
   */
  public static Weights load(
      Checkpoint checkpoint,
      TorchProgram program,
      Dtype type,
      TileSizes sizes,
      Residency residency) {
    ModelConfig config = checkpoint.config();
    boolean besideWork = residency == Residency.STREAMED && !program.manager().getDevice().isGpu();
    TileSizes layerSizes = besideWork ? sizes.withWeights(ONE_THREAD) : sizes;
    IntFunction<IValue> source =
        layer ->
            group(checkpoint, program, CheckpointTensors.layer(config, layer), type, layerSizes);
    Weights weights =
        new Weights(
            group(checkpoint, program, CheckpointTensors.outer(config), type, sizes),
            config.layers(),
            source,
            program);
    return residency == Residency.STREAMED ? weights : weights.withAllLayers();
  }

  /** The same with every layer on the device, to stay there. */
  public Weights withAllLayers() {
    try {
      while (resident.size() < count) {
        resident.add(prepacked(source.apply(resident.size())));
      }
      return this;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** One way through the layers: the decoder program's names to tensors, layer by layer. */
  LayerCursor layers() {
    return resident.isEmpty()
        ? new StreamedLayers(source, this::prepacked, count)
        : new ResidentLayers(resident);
  }

  /** A layer in the order in which the program reads it; the layer as it was loaded is closed. */
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

  private static IValue group(
      Checkpoint checkpoint,
      TorchProgram program,
      List<TensorName> names,
      Dtype type,
      TileSizes sizes) {
    try (TensorScope scope = new TensorScope()) {
      Map<String, PtNDArray> loaded = new HashMap<>();
      for (TensorName name : names) {
        loaded.put(name.key(), scope.own(tensor(checkpoint, program, name, type, sizes)));
      }
      if (loaded.containsKey("embed_tokens") && !loaded.containsKey("lm_head")) {
        loaded.put("lm_head", loaded.get("embed_tokens"));
      }
      return IValue.stringMapFrom(loaded);
    }
  }

  /** A tensor as the file orders it, the caller's to close. */
  public static PtNDArray tensor(
      Checkpoint checkpoint, TorchProgram program, TensorName name, Dtype type, TileSizes sizes) {
    SafetensorsFile file = checkpoint.fileOf(name);
    SafetensorsFile.Tensor stored = file.tensors().get(name.name());
    long rows = name.rows();
    long columns = stored.shape().size() == 1 ? 0 : stored.shape().get(1);
    long rowBytes = stored.bytes() / stored.shape().get(0);
    long step = Math.max(1, (long) sizes.weights() * stored.dtype().bytes / rowBytes);
    try (TensorScope parts = new TensorScope();
        HostBuffers staging = HostBuffers.borrow()) {
      IValue weight = empty(program, rows, columns, type, parts);
      for (long row = 0; row < rows; row += step) {
        long count = Math.min(step, rows - row);
        ByteBuffer bytes =
            file.read(stored, (name.firstRow() + row) * rowBytes, staging.stored(count * rowBytes));
        Shape shape = columns == 0 ? new Shape(count) : new Shape(count, columns);
        try (PtNDArray block = block(bytes, stored.dtype(), shape, program.manager(), staging);
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
      return weight.toTensor(program.manager());
    }
  }

  /** Memory for a weight of (rows, columns) or, with no columns, (rows). */
  public static IValue empty(
      TorchProgram program, long rows, long columns, Dtype type, TensorScope scope) {
    return scope.own(
        program.call(
            "new_weight",
            scope.own(IValue.from(scope.own((PtNDArray) program.manager().create(0f)))),
            scope.own(IValue.from(rows)),
            scope.own(IValue.from(columns)),
            scope.own(IValue.from((long) type.scalarType))));
  }

  private static PtNDArray block(
      ByteBuffer bytes,
      SafetensorsFile.StoredDtype type,
      Shape shape,
      PtNDManager manager,
      HostBuffers staging) {
    return switch (type) {
      case F32 -> manager.create(bytes, shape, DataType.FLOAT32);
      case F16 -> manager.create(bytes, shape, DataType.FLOAT16);
      case BF16 -> manager.create(widened(bytes, staging), shape, DataType.FLOAT32);
    };
  }

  /** bfloat16 is the upper half of a float32: widening is exact. */
  private static ByteBuffer widened(ByteBuffer halves, HostBuffers staging) {
    ByteBuffer wide = staging.widened(halves.remaining() * 2L);
    while (halves.hasRemaining()) {
      wide.putInt(halves.getShort() << 16);
    }
    return wide.flip();
  }
}
