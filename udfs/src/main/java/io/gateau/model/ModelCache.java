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
 * The models of this JVM: one copy of the weights per checkpoint, number type and device, however
 * many tasks and rotary bases use it. Loaded when first asked for, kept until {@link #closeAll} or
 * the end of the process.
 */
public final class ModelCache {
  private static final Map<Key, LoadedModel> LOADED = new HashMap<>();

  private static final Map<Choice, Dtype> CHOSEN = new HashMap<>();

  private ModelCache() {}

  private static final Map<Limit, DeviceMemory> MEMORY = new HashMap<>();

  /** Of what is free, so much is left to everything else. */
  private static final double MARGIN = 0.1;

  private record Choice(Path directory, Processor processor) {}

  private record Key(Path directory, Dtype type, Device device, int streamTokens) {}

  private record Limit(Device device, long bytes) {}

  /**
   * The model of a recipe, loaded if it is not yet.
   *
   * @throws ModelException if it cannot be used, or the device is not there
   * @throws IllegalArgumentException if its number type is not decided: {@link #resolve}
   */
  public static synchronized LoadedModel get(ModelSpec spec) {
    if (!spec.dtype().isResolved()) {
      throw new IllegalArgumentException(
          "the dtype of " + spec.path() + " is still auto; decide it before loading the model");
    }
    Path directory = real(spec.directory());
    Key key =
        new Key(
            directory,
            spec.dtype(),
            Devices.of(spec.device()),
            spec.memoryPolicy().batchGroupTokens());
    LoadedModel present = LOADED.get(key);
    if (present != null) {
      return present;
    }
    Checkpoint checkpoint = Checkpoint.open(directory);
    requireRoom(checkpoint, spec, key.device);
    LoadedModel loaded =
        LoadedModel.load(checkpoint, key.type, key.device, TileSizes.DEFAULT, spec.memoryPolicy());
    LOADED.put(key, loaded);
    MEMORY.clear();
    return loaded;
  }

  /**
   * What the device of a recipe has for activations, beside the weights of the models that are
   * loaded. Measured when it is first asked for after a model was loaded; load all models first.
   */
  public static synchronized DeviceMemory memory(ModelSpec spec) {
    get(spec);
    Device device = Devices.of(spec.device());
    return MEMORY.computeIfAbsent(
        new Limit(device, spec.memoryPolicy().deviceMemory()),
        limit -> new DeviceMemory(room(limit)));
  }

  /** Bytes of a device beside the models that are loaded. */
  private static long room(Limit limit) {
    return limit.bytes == MemoryPolicy.AVAILABLE
        ? (long) (FreeMemory.of(limit.device) * (1 - MARGIN))
        : limit.bytes - weights(limit.device);
  }

  /** Better said now than by the kernel, which ends the process. */
  private static void requireRoom(Checkpoint checkpoint, ModelSpec spec, Device device) {
    MemoryPlanner planner = MemoryPlanner.of(checkpoint.config(), spec.dtype());
    MemoryPolicy policy = spec.memoryPolicy();
    long needed = policy.isStreamed() ? planner.streamedWeights() : planner.weights();
    long room = room(new Limit(device, policy.deviceMemory()));
    if (needed > room) {
      throw new ModelException(
          "%s needs %s for its weights as %s, and %s has %s for them; use %s"
              .formatted(
                  checkpoint.directory(),
                  Bytes.text(needed),
                  spec.dtype().code(),
                  spec.device(),
                  Bytes.text(Math.max(0, room)),
                  policy.isStreamed()
                      ? "a larger device"
                      : "--dtype bfloat16, --stream-layers or a larger device"));
    }
  }

  private static long weights(Device device) {
    return LOADED.entrySet().stream()
        .filter(entry -> entry.getKey().device.equals(device))
        .mapToLong(entry -> entry.getValue().weightBytes())
        .sum();
  }

  /** A decoder as the recipe asks for it, over the shared weights. */
  public static Decoder decoder(ModelSpec spec) {
    LoadedModel model = get(spec);
    return model.decoder(spec);
  }

  /**
   * The recipe with a number type: its own or, for {@code auto}, the model's usual one on {@code
   * processor}.
   *
   * @throws ModelException if the checkpoint cannot be opened
   */
  public static synchronized ModelSpec resolve(ModelSpec spec, Processor processor) {
    if (spec.dtype().isResolved()) {
      return spec;
    }
    Choice choice = new Choice(real(spec.directory()), processor);
    return spec.withDtype(
        CHOSEN.computeIfAbsent(
            choice, absent -> Checkpoint.open(absent.directory).defaultDtype(processor)));
  }

  /** Gives back the memory of every model; none may be in use. */
  public static synchronized void closeAll() {
    LOADED.values().forEach(LoadedModel::close);
    LOADED.clear();
    CHOSEN.clear();
    MEMORY.clear();
  }

  private static Path real(Path directory) {
    try {
      return directory.toRealPath();
    } catch (IOException e) {
      throw new ModelException(
          "model directory "
              + directory
              + " does not exist; give the folder that holds config.json",
          e);
    }
  }
}
