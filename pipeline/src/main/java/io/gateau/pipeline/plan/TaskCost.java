package io.gateau.pipeline.plan;

/**
 * How much work is one task. A task takes its share of the work, whatever the number of cores is
 * when the job starts: executors may join later. A sample that is more than that is a task alone.
 *
 * @param gpu whether tasks have a GPU
 * @param slots tasks that run at the same time as the job starts, at least 1
 */
public record TaskCost(boolean gpu, int slots) {
  /** A minute of a core at 50 GFLOP/s. */
  private static final double CPU_FLOPS = 3e12;

  /** Ten seconds of a GPU at 300 TFLOP/s. */
  private static final double GPU_FLOPS = 3e15;

  /** With more tasks the last ones end sooner; with fewer their start costs less. */
  private static final int TASKS_PER_SLOT = 16;

  /** The driver keeps some kilobytes of each. */
  private static final int MOST_TASKS = 100_000;

  /** The floating-point operations of one task of a job. */
  double flops(double jobFlops) {
    double byCost = jobFlops / (gpu ? GPU_FLOPS : CPU_FLOPS);
    double least = (double) slots * TASKS_PER_SLOT;
    return jobFlops / Math.max(least, Math.min(MOST_TASKS, byCost));
  }
}
