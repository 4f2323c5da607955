package io.gateau.model.decoder;

import ai.djl.pytorch.jni.IValue;
import java.util.Iterator;
import java.util.List;

/** A cursor over layers that stay on the device. */
final class ResidentLayers implements LayerCursor {
  private final Iterator<IValue> layers;

  ResidentLayers(List<IValue> layers) {
    this.layers = layers.iterator();
  }

  @Override
  public IValue next() {
    return layers.next();
  }

  @Override
  public void close() {
    // The weights belong to the model.
  }
}
