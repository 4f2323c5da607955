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
 * A TorchScript program whose source is a resource of this jar, compiled by libtorch at run time:
 * what gives Java the fused attention, the blocked loops and bfloat16 that DJL's array interface
 * lacks.
 *
 * <p>Values passed in and out are {@link IValue} handles; the caller owns them (see {@link
 * TensorScope}). Safe for use by several threads at once.
 */
public final class TorchProgram implements AutoCloseable {
  // Leaving the JVM destroys libtorch's static objects; a thread still inside it would crash. The
  // hook waits until nobody is, and lets nobody in again.
  private static final ReadWriteLock INSIDE = new ReentrantReadWriteLock();
  private static final Duration LONGEST_CALL = Duration.ofMinutes(1);

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(TorchProgram::letNobodyIn, "gateau-engine"));
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
    try (InputStream archive =
        new ByteArrayInputStream(TorchArchive.bytes(className, source, attributes))) {
      model.load(archive);
    } catch (IOException | MalformedModelException | EngineException e) {
      model.close();
      throw new IllegalStateException("libtorch does not accept the program " + className, e);
    }
    block = (PtSymbolBlock) model.getBlock();
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

  /** Runs one method without gradients; the result is the caller's to close. */
  public IValue call(String method, IValue... arguments) {
    INSIDE.readLock().lock();
    try {
      return IValueUtils.runMethod(block, method, arguments);
    } finally {
      INSIDE.readLock().unlock();
    }
  }

  @SuppressWarnings("LockNotBeforeTry") // It is never unlocked.
  private static void letNobodyIn() {
    try {
      INSIDE.writeLock().tryLock(LONGEST_CALL.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Runs one method so that it can take gradients inside; the result belongs to the manager of the
   * first argument. Arguments are tensors, or lists of tensors as {@link #named} makes them.
   */
  public NDList callWithGradients(String method, NDList arguments) {
    INSIDE.readLock().lock();
    try (NDArray marker = model.getNDManager().create(0f)) {
      marker.setName("module_method:" + method);
      NDList all = new NDList(arguments);
      all.add(marker);
      return IValueUtils.forward(block, all, true);
    } finally {
      INSIDE.readLock().unlock();
    }
  }

  /** Makes arrays the elements of one list argument. */
  public static <T extends NDArray> List<T> named(String list, List<T> arrays) {
    arrays.forEach(array -> array.setName(list + "[]"));
    return arrays;
  }

  /** Where arrays for this program are made. */
  public PtNDManager manager() {
    return (PtNDManager) model.getNDManager();
  }

  @Override
  public void close() {
    model.close();
  }
}
