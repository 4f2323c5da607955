package io.gateau.bench;

import ai.djl.pytorch.jni.IValue;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.torch.TensorScope;
import java.util.List;

/** One matrix product (GEMM) of libtorch: (rows, inner) times the transpose of (columns, inner). */
final class Gemm {
  /** So many that waiting for a GPU costs little beside them. */
  private static final int GPU_REPEATS = 16;

  private final RandomModel model;
  private final int rows;
  private final int inner;
  private final int columns;
  private final int repeats;
  private final IValue left;
  private final IValue right;

  /** Makes the matrices, which the scope owns. */
  Gemm(RandomModel model, Dtype dtype, TensorScope scope, int rows, int inner, int columns) {
    this.model = model;
    this.rows = rows;
    this.inner = inner;
    this.columns = columns;
    repeats = model.decoder().isOnGpu() ? GPU_REPEATS : 1;
    left = model.matrix(rows, inner, dtype, scope);
    right = model.matrix(columns, inner, dtype, scope);
  }

  /** A fused multiply-add is two operations. */
  double operations() {
    return 2.0 * repeats * rows * inner * columns;
  }

  /** Returns when the products are there: a GPU computes them behind the calls. */
  void run() {
    for (int i = 0; i < repeats; i++) {
      model.program().call("matmul", left, right).close();
    }
    model.awaitDevice();
  }

  /** The rate of several of these at the same time. */
  GemmRate rate(int tasks, double seconds) {
    return new GemmRate(rows, inner, columns, tasks * operations() / seconds / 1e9);
  }

  /** The fastest rate, in operations per second. */
  static double peak(List<GemmRate> rates) {
    return rates.stream().mapToDouble(GemmRate::gigaflops).max().orElseThrow() * 1e9;
  }
}
