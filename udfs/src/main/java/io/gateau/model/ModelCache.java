package io.gateau.model;

import ai.djl.Device;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.Processor;
import io.gateau.model.decoder.Decoder;
import io.gateau.model.decoder.MemoryPlanner;
import io.gateau.model.decoder.TileSizes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The models of this JVM: one copy of the weights for each checkpoint, dtype and device, however
 * many tasks and rotary bases use it. A model is loaded when it is first asked for and kept until
 * {@link #closeAll} or the end of the process. For any number of threads.
 */
public final class ModelCache {
  /** Share of a device's free memory that is left to everything but activations. */
  private static final double MARGIN = 0.1;

  private static final Map<DtypeKey, Dtype> DEFAULT_DTYPES = new HashMap<>();
  private static final Map<ModelKey, LoadedModel> MODELS = new HashMap<>();
  private static final Map<MemoryKey, DeviceMemory> MEMORY = new HashMap<>();

  private ModelCache() {}

  /** What dtype {@code auto} depends on. */
  private record DtypeKey(Path directory, Processor processor) {}

  /** What two specs have in common that share their weights. */
  private record ModelKey(Path directory, Dtype dtype, Device device, int batchGroupTokens) {}

  /** What two specs have in common that share the memory for activations. */
  private record MemoryKey(Device device, long deviceMemory) {}

  /**
   * A spec with its dtype resolved: its own or, for {@code auto}, the model's default on {@code
   * processor} ({@link Checkpoint#defaultDtype}).
   *
   * @throws ModelException if the checkpoint cannot be opened
   */
  public static synchronized ModelSpec resolve(ModelSpec spec, Processor processor) {
    if (spec.dtype().isResolved()) {
      return spec;
    }
    DtypeKey key = new DtypeKey(realPath(spec.directory()), processor);
    return spec.withDtype(
        DEFAULT_DTYPES.computeIfAbsent(
            key, absent -> Checkpoint.open(absent.directory).defaultDtype(processor)));
  }

  /**
   * The model of a spec, loaded if it is not yet.
   *
   * @throws ModelException if it cannot be used, or the device is not there or too small
   * @throws IllegalArgumentException if its dtype is not resolved: {@link #resolve}
   */
  public static synchronized LoadedModel get(ModelSpec spec) {
    if (!spec.dtype().isResolved()) {
      throw new IllegalArgumentException(
          "the dtype of %s is still auto; decide it before loading the model"
              .formatted(spec.path()));
    }
    ModelKey key =
        new ModelKey(
            realPath(spec.directory()),
            spec.dtype(),
            Devices.of(spec.device()),
            spec.memoryPolicy().batchGroupTokens());
    LoadedModel loaded = MODELS.get(key);
    if (loaded == null) {
      loaded = load(spec, key);
      MODELS.put(key, loaded);
      // Measured before this model was there.
      MEMORY.clear();
    }
    return loaded;
  }

  /**
   * A decoder over the shared weights, with the rotary base and scaling of a spec.
   *
   * @throws ModelException as {@link #get}, or if the scaling does not fit the model
   */
  public static Decoder decoder(ModelSpec spec) {
    return get(spec).decoder(spec);
  }

  /**
   * The memory that the device of a spec has for activations, beside the weights of the models that
   * are loaded. It is measured when it is first asked for after a model was loaded, so load all
   * models first.
   *
   * @throws ModelException as {@link #get}
   */
  public static synchronized DeviceMemory memory(ModelSpec spec) {
    get(spec);
    return MEMORY.computeIfAbsent(
        new MemoryKey(Devices.of(spec.device()), spec.memoryPolicy().deviceMemory()),
        key -> new DeviceMemory(available(key)));
  }

  /** Frees the memory of every model; none may be in use. */
  public static synchronized void closeAll() {
    MODELS.values().forEach(LoadedModel::close);
    MODELS.clear();
    DEFAULT_DTYPES.clear();
    MEMORY.clear();
  }

  private static LoadedModel load(ModelSpec spec, ModelKey key) {
    Checkpoint checkpoint = Checkpoint.open(key.directory);
    requireMemory(checkpoint, spec, key.device);
    return LoadedModel.load(
        checkpoint, key.dtype, key.device, TileSizes.DEFAULT, spec.memoryPolicy());
  }

  /** Without this check the kernel of the system would end the process. */
  private static void requireMemory(Checkpoint checkpoint, ModelSpec spec, Device device) {
    MemoryPlanner planner = MemoryPlanner.of(checkpoint.config(), spec.dtype());
    MemoryPolicy policy = spec.memoryPolicy();
    long needed = policy.isStreamed() ? planner.streamedWeights() : planner.weights();
    long available = available(new MemoryKey(device, policy.deviceMemory()));
    if (needed > available) {
      throw new ModelException(
          "%s needs %s for its weights as %s, and %s has %s for them; use %s"
              .formatted(
                  checkpoint.directory(),
                  Bytes.text(needed),
                  spec.dtype().code(),
                  spec.device(),
                  Bytes.text(Math.max(0, available)),
                  policy.isStreamed()
                      ? "a larger device"
                      : "--dtype bfloat16, --stream-layers or a larger device"));
    }
  }

  /** Bytes of a device beside the weights of the models that are loaded. */
  private static long available(MemoryKey key) {
    return key.deviceMemory == MemoryPolicy.AVAILABLE
        ? (long) (FreeMemory.of(key.device) * (1 - MARGIN))
        : key.deviceMemory - loadedWeights(key.device);
  }

  private static long loadedWeights(Device device) {
    return MODELS.entrySet().stream()
        .filter(entry -> entry.getKey().device.equals(device))
        .mapToLong(entry -> entry.getValue().weightBytes())
        .sum();
  }

  /** One directory under several names is one model. */
  private static Path realPath(Path directory) {
    try {
      return directory.toRealPath();
    } catch (IOException e) {
      throw new ModelException(
          "model directory %s does not exist; give the folder that holds config.json"
              .formatted(directory),
          e);
    }
  }
}
