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
 * Brings one layer after another from the file to the device: while one is at work, the next is
 * read by a thread of its own, which leaves what libtorch does in several threads to the one that
 * computes. No more than two are on the device at any time.
 */
final class StreamedLayers implements LayerCursor {
  private final IntFunction<IValue> source;
  private final UnaryOperator<IValue> arrange;
  private final int count;
  private final Deque<CompletableFuture<IValue>> coming = new ArrayDeque<>();
  private final Deque<IValue> present = new ArrayDeque<>();
  private final ExecutorService reader = Executors.newSingleThreadExecutor(StreamedLayers::daemon);
  private int fetched;

  StreamedLayers(IntFunction<IValue> source, UnaryOperator<IValue> arrange, int count) {
    this.source = source;
    this.arrange = arrange;
    this.count = count;
    fetch();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "gateau-layer-reader");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public IValue next() {
    release();
    present.add(arrange.apply(arrived(coming.remove())));
    fetch();
    return present.element();
  }

  @Override
  public void close() {
    release();
    reader.shutdown();
    for (CompletableFuture<IValue> layer : coming) {
      // Waits: the program that the reader uses may be closed next.
      layer.handle(StreamedLayers::giveBack).join();
    }
    coming.clear();
  }

  private void fetch() {
    if (fetched < count) {
      int layer = fetched++;
      coming.add(CompletableFuture.supplyAsync(() -> source.apply(layer), reader));
    }
  }

  private void release() {
    present.forEach(IValue::close);
    present.clear();
  }

  private static boolean giveBack(IValue layer, Throwable failure) {
    if (layer != null) {
      layer.close();
    }
    return failure == null;
  }

  private static IValue arrived(CompletableFuture<IValue> layer) {
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
