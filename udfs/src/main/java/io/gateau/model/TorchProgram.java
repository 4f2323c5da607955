package io.gateau.model;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A TorchScript program whose source is a resource of this jar, compiled by libtorch at run time:
 * what gives Java the fused attention, the blocked loops and bfloat16 that DJL's array interface
 * lacks.
 *
 * <p>Values passed in and out are {@link IValue} handles; the caller owns them (see {@link
 * TensorScope}). Safe for use by several threads at once.
 */
final class TorchProgram implements AutoCloseable {
  // The model, not only its block: once the model is unreachable, garbage collection releases both.
  private final Model model;
  private final PtSymbolBlock block;

  /**
   * Compiles {@code <className>} from {@code source} with the given module attributes (Integer,
   * Double, Boolean).
   *
   * @throws IllegalStateException if libtorch rejects the program
   */
  TorchProgram(String className, String source, Map<String, Object> attributes, Device device) {
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

  /** Reads a program's source from the resources beside this class. */
  static String source(String resource) {
    try (InputStream in = TorchProgram.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks its resource " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read the resource " + resource, e);
    }
  }

  /** Runs one method without gradients; the result is the caller's to close. */
  IValue call(String method, IValue... arguments) {
    return IValueUtils.runMethod(block, method, arguments);
  }

  /** Where arrays for this program are made. */
  PtNDManager manager() {
    return (PtNDManager) model.getNDManager();
  }

  @Override
  public void close() {
    model.close();
  }
}
