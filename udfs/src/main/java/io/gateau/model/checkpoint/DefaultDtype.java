package io.gateau.model.checkpoint;

import io.gateau.model.checkpoint.SafetensorsFile.StoredDtype;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** What dtype {@code auto} means for a checkpoint: {@link Checkpoint#defaultDtype}. */
final class DefaultDtype {
  private DefaultDtype() {}

  static Dtype of(ConfigFile config, Set<StoredDtype> storedDtypes, Processor processor) {
    Dtype stored = stored(storedDtypes);
    Dtype published = named(config).orElse(stored);
    return switch (processor) {
      case GPU -> published;
      case CPU -> Dtype.FLOAT32;
      case CPU_WITH_BFLOAT16 ->
          published == Dtype.BFLOAT16 && stored != Dtype.FLOAT32 ? Dtype.BFLOAT16 : Dtype.FLOAT32;
    };
  }

  /** The dtype that holds every stored tensor exactly. */
  private static Dtype stored(Set<StoredDtype> dtypes) {
    if (dtypes.equals(Set.of(StoredDtype.BF16))) {
      return Dtype.BFLOAT16;
    }
    return dtypes.equals(Set.of(StoredDtype.F16)) ? Dtype.FLOAT16 : Dtype.FLOAT32;
  }

  /**
   * The dtype that config.json names: {@code dtype} in transformers 5, {@code torch_dtype} before.
   */
  private static Optional<Dtype> named(ConfigFile config) {
    String key = config.has("dtype") ? "dtype" : "torch_dtype";
    String name = config.text(key, "").replace("torch.", "");
    if (name.isEmpty() || name.equals("auto")) {
      return Optional.empty();
    }
    return Optional.of(
        Arrays.stream(Dtype.values())
            .filter(dtype -> dtype.isResolved() && dtype.code().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    config.wrong(
                        key,
                        "dtype auto goes by it, so give --dtype float32, bfloat16 or float16")));
  }
}
