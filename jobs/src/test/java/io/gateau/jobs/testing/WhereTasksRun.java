package io.gateau.jobs.testing;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;

/**
 * A job that prints, for every executor that ran one of its tasks, a line {@code ran on EXECUTOR in
 * FOLDER}; the folder is in that of the worker. With the argument {@code fail}, its tasks fail.
 */
public final class WhereTasksRun {

  private static final int TASKS = 8;

  private WhereTasksRun() {}

  /** The entry point. */
  public static void main(String[] arguments) {
    boolean fail = List.of(arguments).contains("fail");
    try (JavaSparkContext spark = new JavaSparkContext()) {
      List<Integer> tasks = IntStream.range(0, TASKS).boxed().toList();
      spark
          .parallelize(tasks, TASKS)
          .map(new Place(fail))
          .distinct()
          .collect()
          .forEach(System.out::println);
    }
  }

  private record Place(boolean fail) implements Function<Integer, String> {
    @Override
    public String call(Integer task) throws InterruptedException {
      if (fail) {
        throw new IllegalStateException("task " + task + " was asked to fail");
      }
      // Long enough that one executor cannot take all the tasks.
      Thread.sleep(200);
      return "ran on %s in %s"
          .formatted(SparkEnv.get().executorId(), System.getProperty("user.dir"));
    }
  }
}
