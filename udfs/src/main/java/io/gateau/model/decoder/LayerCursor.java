package io.gateau.model.decoder;

import ai.djl.pytorch.jni.IValue;

/** Moves over the layers of a model from first to last, once for each forward pass. */
interface LayerCursor extends AutoCloseable {
  /** The weights of the next layer, valid until the next call or until the cursor is closed. */
  IValue next();

  @Override
  void close();
}
