package io.gateau.model.torch;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import io.gateau.model.djl.BrokenDeviceException;
import io.gateau.model.djl.DjlSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A TorchScript program whose source is a resource of this jar and which libtorch compiles at run
 * time. It gives Java what DJL's array interface lacks: fused attention, tiled loops and bfloat16
 * (docs/decisions/001-torchscript-written-by-java.md).
 *
 * <p>Values passed in and out are {@link IValue} handles that the caller owns (see {@link
 * TensorScope}). Several threads may use one program at once.
 */
public final class TorchProgram implements AutoCloseable {
  // The end of the JVM destroys libtorch's static objects, and a thread still inside libtorch would
  // crash. Calls hold the read lock; the shutdown hook takes the write lock and keeps it.
  private static final ReadWriteLock NATIVE_CALLS = new ReentrantReadWriteLock();
  private static final Duration LONGEST_CALL = Duration.ofMinutes(1);

  static {
    DjlSettings.apply();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(TorchProgram::awaitAndBlockCalls, "gateau-engine"));
  }

  // The model, not only its block: once the model is unreachable, garbage collection releases both.
  private final Model model;
  private final PtSymbolBlock block;

  /**
   * Compiles {@code <className>} from {@code source} with the given module attributes (Integer,
   * Double, Boolean).
   *
   * @throws IllegalStateException if libtorch rejects the program
   */
  public TorchProgram(
      String className, String source, Map<String, Object> attributes, Device device) {
    model = Model.newInstance(className, device, "PyTorch");
    try (InputStream archive = new ByteArrayInputStream(archive(className, source, attributes))) {
      model.load(archive);
    } catch (IOException | MalformedModelException | EngineException e) {
      model.close();
      throw new IllegalStateException("libtorch does not accept the program " + className, e);
    }
    block = (PtSymbolBlock) model.getBlock();
  }

  /** The archive of a program as libtorch reads it: what PyTorch's {@code torch.jit.load} takes. */
  public static byte[] archive(String className, String source, Map<String, Object> attributes) {
    return TorchArchive.bytes(className, source, attributes);
  }

  /** Reads a program's source from the resources beside a class. */
  public static String source(Class<?> beside, String resource) {
    try (InputStream in = beside.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks its resource " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read the resource " + resource, e);
    }
  }

  /**
   * Runs one method without gradients. The caller closes the result.
   *
   * @throws BrokenDeviceException if the device of this program can no longer be used
   */
  public IValue call(String method, IValue... arguments) {
    NATIVE_CALLS.readLock().lock();
    try {
      return IValueUtils.runMethod(block, method, arguments);
    } catch (EngineException e) {
      throw BrokenDeviceException.of(e);
    } finally {
      NATIVE_CALLS.readLock().unlock();
    }
  }

  @SuppressWarnings("LockNotBeforeTry") // The lock is never released.
  private static void awaitAndBlockCalls() {
    try {
      NATIVE_CALLS.writeLock().tryLock(LONGEST_CALL.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Runs one method that computes gradients. The result belongs to the manager of the first
   * argument. Arguments are tensors, or lists of tensors as {@link #named} makes them.
   */
  public NDList callWithGradients(String method, NDList arguments) {
    NATIVE_CALLS.readLock().lock();
    try (NDArray marker = model.getNDManager().create(0f)) {
      marker.setName("module_method:" + method);
      NDList all = new NDList(arguments);
      all.add(marker);
      return IValueUtils.forward(block, all, true);
    } catch (EngineException e) {
      throw BrokenDeviceException.of(e);
    } finally {
      NATIVE_CALLS.readLock().unlock();
    }
  }

  /** Names arrays so that DJL passes them as one list argument. */
  public static <T extends NDArray> List<T> named(String list, List<T> arrays) {
    arrays.forEach(array -> array.setName(list + "[]"));
    return arrays;
  }

  /** The manager that creates arrays on this program's device. */
  public PtNDManager manager() {
    return (PtNDManager) model.getNDManager();
  }

  @Override
  public void close() {
    model.close();
  }
}
