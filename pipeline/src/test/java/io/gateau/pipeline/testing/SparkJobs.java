package io.gateau.pipeline.testing;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;

/**
 * What Spark ran during an action.
 *
 * @param jobs that were started
 * @param stages that were started; more than the jobs if rows were shuffled
 */
public record SparkJobs(int jobs, int stages) {
  public static SparkJobs of(Callable<?> action) throws Exception {
    AtomicInteger jobs = new AtomicInteger();
    AtomicInteger stages = new AtomicInteger();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart job) {
            jobs.incrementAndGet();
          }

          @Override
          public void onStageSubmitted(SparkListenerStageSubmitted stage) {
            stages.incrementAndGet();
          }
        };
    waitForEvents();
    SparkTestSession.spark().sparkContext().addSparkListener(listener);
    try {
      action.call();
      waitForEvents();
    } finally {
      SparkTestSession.spark().sparkContext().removeSparkListener(listener);
    }
    return new SparkJobs(jobs.get(), stages.get());
  }

  private static void waitForEvents() throws TimeoutException {
    SparkTestSession.spark().sparkContext().listenerBus().waitUntilEmpty(30_000);
  }
}
