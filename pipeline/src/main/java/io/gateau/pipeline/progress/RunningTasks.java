package io.gateau.pipeline.progress;

import io.gateau.model.Work;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What running tasks have counted so far. Spark adds the counts of a task to those of the driver
 * when it ends; until then executors report them with their heartbeats, every ten seconds unless
 * {@code spark.executor.heartbeatInterval} says otherwise.
 */
final class RunningTasks extends SparkListener {
  private final ScoreCounters counters;
  private final Map<Long, ScoredWork> tasks = new ConcurrentHashMap<>();

  RunningTasks(ScoreCounters counters) {
    this.counters = counters;
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    CollectionConverters.asJava(update.accumUpdates())
        .forEach(task -> put((Long) task._1(), CollectionConverters.asJava(task._4())));
  }

  private void put(long task, Iterable<AccumulableInfo> counts) {
    Map<Long, Number> byId = new HashMap<>();
    for (AccumulableInfo count : counts) {
      if (count.update().isDefined() && count.update().get() instanceof Number number) {
        byId.put(count.id(), number);
      }
    }
    ScoredWork done =
        new ScoredWork(
            byId.getOrDefault(counters.rows().id(), 0).longValue(),
            work(byId, counters.planned()),
            work(byId, counters.finished()),
            work(byId, counters.scored()));
    if (!done.equals(ScoredWork.NONE)) {
      tasks.put(task, done);
    }
  }

  private static Work work(Map<Long, Number> byId, WorkCounter counter) {
    return new Work(
        byId.getOrDefault(counter.tokens().id(), 0).longValue(),
        byId.getOrDefault(counter.flops().id(), 0).doubleValue());
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    tasks.remove(end.taskInfo().taskId());
  }

  /** Of all running tasks. */
  ScoredWork done() {
    return tasks.values().stream().reduce(ScoredWork.NONE, ScoredWork::plus);
  }
}
