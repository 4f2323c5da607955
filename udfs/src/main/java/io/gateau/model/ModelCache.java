package io.gateau.model;

import ai.djl.Device;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.Processor;
import io.gateau.model.decoder.Decoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The models of this JVM: one copy of the weights for each checkpoint, dtype and device, however
 * many tasks and rotary bases use it. A model is loaded when it is first asked for and kept until
 * {@link #closeAll} or the end of the process. For any number of threads; several devices load at
 * the same time, each one model after the other.
 */
public final class ModelCache {
  private static final Map<DtypeKey, Dtype> DEFAULT_DTYPES = new ConcurrentHashMap<>();
  private static final Map<Device, DeviceModels> MODELS = new ConcurrentHashMap<>();

  private ModelCache() {}

  /** What dtype {@code auto} depends on. */
  private record DtypeKey(Path directory, Processor processor) {}

  /**
   * A spec with its dtype resolved: its own or, for {@code auto}, the model's default on {@code
   * processor} ({@link Checkpoint#defaultDtype}).
   *
   * @throws ModelException if the checkpoint cannot be opened
   */
  public static ModelSpec resolve(ModelSpec spec, Processor processor) {
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
  public static LoadedModel get(ModelSpec spec) {
    if (!spec.dtype().isResolved()) {
      throw new IllegalArgumentException(
          "the dtype of %s is still auto; decide it before loading the model"
              .formatted(spec.path()));
    }
    return of(Devices.of(spec.device())).get(spec, realPath(spec.directory()));
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
  public static DeviceMemory memory(ModelSpec spec) {
    get(spec);
    return of(Devices.of(spec.device())).memory(spec.memoryPolicy().deviceMemory());
  }

  /** Frees the memory of every model; none may be in use. */
  public static void closeAll() {
    MODELS.values().forEach(DeviceModels::close);
    DEFAULT_DTYPES.clear();
  }

  /** The models of a device. */
  static DeviceModels of(Device device) {
    return MODELS.computeIfAbsent(device, DeviceModels::new);
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
