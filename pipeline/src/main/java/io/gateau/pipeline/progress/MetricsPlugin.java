package io.gateau.pipeline.progress;

import java.util.Map;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Shows what the tasks of an executor have counted in Spark's metrics: {@code
 * spark.plugins=io.gateau.pipeline.progress.MetricsPlugin}. Each of {@link ProcessMeters} has its
 * count since the executor started, and its rates per second.
 */
public final class MetricsPlugin implements SparkPlugin {
  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {};
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> extraConf) {
        ProcessMeters.showIn(context.metricRegistry());
      }
    };
  }
}
