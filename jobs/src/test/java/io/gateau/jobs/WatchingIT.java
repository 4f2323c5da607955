package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.jobs.testing.GateauProcess;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is watched from outside: its metrics over HTTP, and its log in full. */
final class WatchingIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);

  /** A word of every text, which no log may hold. */
  private static final String MARK = "zebrafinch";

  private static final Pattern TOKENS =
      Pattern.compile("metrics_\\S*MetricsPlugin_tokens_cpu_Count\\S* (\\d+)");

  /** Samples whose contexts have fewer than two segments. */
  private static final Pattern REJECTED =
      Pattern.compile("metrics_\\S*MetricsPlugin_rejected_too_short_Count\\S* ([1-9]\\d*)");

  @TempDir Path folder;

  private List<String> arguments(int samples, String conf) throws IOException {
    Path model = TinyCheckpoint.tied().write(folder.resolve("model"));
    Path input =
        Files.write(
            folder.resolve("samples.jsonl"),
            IntStream.range(0, samples)
                .mapToObj(
                    i ->
                        "{\"id\": \"s%d\", \"context\": \"%s\", \"instruction\": \"what %s\", \"response\": \"it is %s\"}"
                            .formatted(
                                i, (MARK + i + " ").repeat(i % 10 == 3 ? 2 : 100), MARK, MARK))
                .toList());
    Path config =
        Files.writeString(
            folder.resolve("conf.yaml"),
            "score:\n  checkpoint-seconds: 0\nspark:\n  master: local[1]\n  conf:\n" + conf);
    return List.of(
        "run",
        "--config",
        config.toString(),
        "--input",
        input.toString(),
        "--short-model",
        model.toString(),
        "--long-model",
        model.toString(),
        "--long-rope-theta",
        "40000",
        "--output",
        folder.resolve("out").toString());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void theTokensOfARunAreReadAsMetricsOfPrometheusWhileItRuns() throws Exception {
    int port = freePort();
    String conf =
        """
            spark.plugins: io.gateau.pipeline.progress.MetricsPlugin
            spark.metrics.conf.driver.sink.prometheusServlet.class: org.apache.spark.metrics.sink.PrometheusServlet
            spark.metrics.conf.driver.sink.prometheusServlet.path: /metrics/prometheus
            spark.ui.enabled: "true"
            spark.ui.port: "%d"
        """
            .formatted(port);
    long tokens = 0;
    boolean rejected = false;
    try (GateauProcess process =
        GateauProcess.start(folder, "io.gateau.jobs.Gateau", arguments(120, conf))) {
      while (!(tokens > 0 && rejected) && process.isAlive()) {
        Thread.sleep(50);
        String page = page(port);
        Matcher found = TOKENS.matcher(page);
        tokens = found.find() ? Long.parseLong(found.group(1)) : 0;
        rejected = REJECTED.matcher(page).find();
      }
      assertTrue(tokens > 0 && rejected, process.stderr());
      assertEquals(0, process.exitCode(LIMIT), process.stderr());
    }
    assertTrue(
        new ObjectMapper()
                .readTree(folder.resolve("out/manifest.json").toFile())
                .at("/score/counts/tokens-read")
                .asLong()
            >= tokens,
        "no more than were read in the end");
  }

  /** Empty while nothing answers. */
  private static String page(int port) throws InterruptedException {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:%d/metrics/prometheus/".formatted(port)))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void noLogHoldsATextOfASample() throws IOException {
    Path log =
        Files.writeString(
            folder.resolve("log4j2.properties"),
            """
            rootLogger.level = info
            rootLogger.appenderRef.stderr.ref = stderr
            logger.gateau.name = io.gateau
            logger.gateau.level = debug
            appender.stderr.type = Console
            appender.stderr.name = stderr
            appender.stderr.target = SYSTEM_ERR
            appender.stderr.layout.type = JsonTemplateLayout
            appender.stderr.layout.eventTemplateUri = classpath:org/apache/spark/SparkLayout.json
            """);
    try (GateauProcess process =
        GateauProcess.start(
            folder,
            "io.gateau.jobs.Gateau",
            arguments(
                20, "    spark.log.level: INFO\n    spark.log.structuredLogging.enabled: true\n"),
            List.of("-Dlog4j2.configurationFile=" + log),
            Map.of())) {
      assertEquals(0, process.exitCode(LIMIT), process.stderr());
      List<String> lines = process.stderr().lines().filter(line -> line.startsWith("{")).toList();
      assertTrue(lines.size() > 100, "a log with the lines of INFO");
      for (String line : lines) {
        assertTrue(new ObjectMapper().readTree(line).has("level"), line);
        assertFalse(line.contains(MARK), line);
      }
      assertFalse(process.stderr().contains(MARK), "what is no line of the log neither");
    }
  }
}
