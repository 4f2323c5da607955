package io.gateau.model.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.List;

/** Owns native values for the length of a block and frees them at its end, last first. */
public final class TensorScope implements AutoCloseable {
  private final List<AutoCloseable> owned = new ArrayList<>();

  /** Takes ownership of a value and returns it. */
  public IValue own(IValue value) {
    owned.add(value);
    return value;
  }

  /** Takes ownership of an array and returns it. */
  public <T extends NDArray> T own(T array) {
    owned.add(array);
    return array;
  }

  @Override
  public void close() {
    for (int i = owned.size() - 1; i >= 0; i--) {
      try {
        owned.get(i).close();
      } catch (Exception e) {
        throw new IllegalStateException("a native value could not be released", e);
      }
    }
    owned.clear();
  }
}
