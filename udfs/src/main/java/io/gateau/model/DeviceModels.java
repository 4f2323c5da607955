package io.gateau.model;

import ai.djl.Device;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.decoder.MemoryPlanner;
import io.gateau.model.decoder.TileSizes;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The models on one device. One thread at a time loads, because what a model may take depends on
 * the models before it.
 */
final class DeviceModels {
  /** Share of a device's free memory that is left to everything but activations. */
  private static final double MARGIN = 0.1;

  private final Device device;
  private final Map<ModelKey, LoadedModel> models = new HashMap<>();

  /** By the bytes that a spec gives its device. */
  private final Map<Long, DeviceMemory> memory = new HashMap<>();

  DeviceModels(Device device) {
    this.device = device;
  }

  /** What two specs have in common that share their weights. */
  private record ModelKey(Path directory, Dtype dtype, int batchGroupTokens) {}

  /** The model of a spec, loaded if it is not yet: {@link ModelCache#get}. */
  synchronized LoadedModel get(ModelSpec spec, Path directory) {
    ModelKey key = new ModelKey(directory, spec.dtype(), spec.memoryPolicy().batchGroupTokens());
    LoadedModel loaded = models.get(key);
    if (loaded == null) {
      Checkpoint checkpoint = Checkpoint.open(directory);
      requireMemory(checkpoint, spec);
      loaded =
          LoadedModel.load(
              checkpoint, spec.dtype(), device, TileSizes.DEFAULT, spec.memoryPolicy());
      models.put(key, loaded);
      // Measured before this model was there.
      memory.clear();
    }
    return loaded;
  }

  /** What there is for activations: {@link ModelCache#memory}. */
  synchronized DeviceMemory memory(long deviceMemory) {
    return memory.computeIfAbsent(deviceMemory, bytes -> new DeviceMemory(available(bytes)));
  }

  /** Frees the memory of every model. */
  synchronized void close() {
    models.values().forEach(LoadedModel::close);
    models.clear();
    memory.clear();
  }

  /** Without this check the kernel of the system would end the process. */
  private void requireMemory(Checkpoint checkpoint, ModelSpec spec) {
    MemoryPlanner planner = MemoryPlanner.of(checkpoint.config(), spec.dtype());
    MemoryPolicy policy = spec.memoryPolicy();
    long needed = policy.isStreamed() ? planner.streamedWeights() : planner.weights();
    long available = available(policy.deviceMemory());
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
                      : "--dtype bfloat16, --stream-layers, more memory (--device-memory, on a cluster spark.executor.memoryOverhead) or a larger device"));
    }
  }

  /** Bytes beside the weights of the models that are loaded. */
  private long available(long deviceMemory) {
    return deviceMemory == MemoryPolicy.AVAILABLE
        ? (long) (FreeMemory.of(device) * (1 - MARGIN))
        : deviceMemory - models.values().stream().mapToLong(LoadedModel::weightBytes).sum();
  }
}
