package io.gateau.model.decoder;

import ai.djl.pytorch.jni.IValue;

/** The layers of a model from first to last, as one pass over it meets them. */
interface LayerCursor extends AutoCloseable {
  /** The weights of the next layer; they are there until this is called again or closed. */
  IValue next();

  @Override
  void close();
}
