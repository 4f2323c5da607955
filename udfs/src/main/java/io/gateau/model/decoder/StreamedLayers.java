package io.gateau.model.decoder;

import ai.djl.pytorch.jni.IValue;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * A cursor that brings one layer after another from the file to the device. While one layer
 * computes, a thread of its own loads the next one. That thread prepacks nothing: libtorch would
 * prepack in several threads and disturb those that compute. At most two layers are on the device.
 */
final class StreamedLayers implements LayerCursor {
  private final IntFunction<IValue> source;
  private final UnaryOperator<IValue> prepack;
  private final int layerCount;
  private final Deque<CompletableFuture<IValue>> loading = new ArrayDeque<>();
  private final Deque<IValue> current = new ArrayDeque<>();
  private final ExecutorService loader = Executors.newSingleThreadExecutor(StreamedLayers::daemon);
  private int requested;

  /**
   * A cursor that starts to load the first layer.
   *
   * @param source loads one layer
   * @param prepack turns a loaded layer into what the kernels read, and closes the loaded layer
   */
  StreamedLayers(IntFunction<IValue> source, UnaryOperator<IValue> prepack, int layerCount) {
    this.source = source;
    this.prepack = prepack;
    this.layerCount = layerCount;
    loadNext();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "gateau-layer-reader");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public IValue next() {
    closeCurrent();
    current.add(prepack.apply(await(loading.remove())));
    loadNext();
    return current.element();
  }

  @Override
  public void close() {
    closeCurrent();
    loader.shutdown();
    for (CompletableFuture<IValue> layer : loading) {
      // Waits: the program that the loader uses may be closed next.
      layer.handle(StreamedLayers::closeLoaded).join();
    }
    loading.clear();
  }

  private void loadNext() {
    if (requested < layerCount) {
      int layer = requested++;
      loading.add(CompletableFuture.supplyAsync(() -> source.apply(layer), loader));
    }
  }

  private void closeCurrent() {
    current.forEach(IValue::close);
    current.clear();
  }

  private static boolean closeLoaded(IValue layer, Throwable failure) {
    if (layer != null) {
      layer.close();
    }
    return failure == null;
  }

  private static IValue await(CompletableFuture<IValue> layer) {
    try {
      return layer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
