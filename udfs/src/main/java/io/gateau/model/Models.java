package io.gateau.model;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The models of this JVM: one copy of the weights per checkpoint, number type and device, however
 * many tasks and rotary bases use it. Loaded when first asked for, kept until {@link #closeAll} or
 * the end of the process.
 */
public final class Models {
  private static final Map<Key, LoadedModel> LOADED = new HashMap<>();

  private Models() {}

  private record Key(Path directory, NumberType type, Device device) {}

  /**
   * The model of a recipe, loaded if it is not yet.
   *
   * @throws ModelException if it cannot be used, or the device is not there
   */
  public static synchronized LoadedModel get(ModelSpec spec) {
    Path directory = real(spec.directory());
    Key key = new Key(directory, spec.type(), Devices.of(spec.device()));
    return LOADED.computeIfAbsent(
        key, absent -> LoadedModel.load(Checkpoint.open(directory), absent.type, absent.device));
  }

  /** A decoder as the recipe asks for it, over the shared weights. */
  public static Decoder decoder(ModelSpec spec) {
    LoadedModel model = get(spec);
    return model.decoder(spec.ropeThetaOr(model.checkpoint().config().ropeTheta()));
  }

  /** Gives back the memory of every model; none may be in use. */
  public static synchronized void closeAll() {
    LOADED.values().forEach(LoadedModel::close);
    LOADED.clear();
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
