package io.gateau.jobs.console;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.bench.GemmRate;
import io.gateau.bench.PassRate;
import io.gateau.bench.ScoringCost;
import io.gateau.bench.ShortSampleRate;
import io.gateau.bench.StreamBenchmark.BatchGroup;
import io.gateau.model.Bytes;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.pipeline.RankingBenchmark;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The figures of {@code gateau bench}: each is printed at once, and kept for the JSON file. */
public final class BenchReport {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final PrintWriter out;
  private final ObjectNode all = JSON.createObjectNode();
  private ObjectNode figures = all;

  public BenchReport(PrintWriter out) {
    this.out = out;
  }

  /** Where the engine is timed, as the user names it. */
  public void device(String name) {
    all.put("device", name);
  }

  /** What follows was measured in this dtype. */
  public void dtype(Dtype dtype) {
    print("%n%s%n", dtype.code());
    figures = all.putObject(dtype.code());
  }

  public void gemms(List<GemmRate> rates) {
    for (GemmRate rate : rates) {
      print(
          "  matrix product %,d x %,d x %,d: %,.0f GFLOP/s%n",
          rate.rows(), rate.inner(), rate.columns(), rate.gigaflops());
      figures
          .withArray("products")
          .addObject()
          .put("rows", rate.rows())
          .put("inner", rate.inner())
          .put("columns", rate.columns())
          .put("gigaflops", rate.gigaflops());
    }
  }

  public void passHeader() {
    print("  %-22s %12s %12s %14s%n", "pass", "tokens/s", "GFLOP/s", "of product");
  }

  public void pass(String name, PassRate rate) {
    print(
        "  %-22s %,12.0f %,12.0f %12.0f %%%n",
        name, rate.tokensPerSecond(), rate.gigaflops(), 100 * rate.gemmShare());
    figures
        .putObject(name)
        .put("seconds", rate.seconds())
        .put("tokensPerSecond", rate.tokensPerSecond())
        .put("gigaflops", rate.gigaflops())
        .put("ofProduct", rate.gemmShare());
  }

  public void shortSamples(ShortSampleRate rate) {
    print(
        "  %d samples of %d to %d tokens: %,.0f tokens/s one by one, %,.0f in batches, %.2f times%n",
        rate.samples(),
        rate.shortest(),
        rate.longest(),
        rate.unbatched(),
        rate.batched(),
        rate.speedup());
    figures
        .putObject("short samples")
        .put("samples", rate.samples())
        .put("shortest", rate.shortest())
        .put("longest", rate.longest())
        .put("alone", rate.unbatched())
        .put("together", rate.batched())
        .put("ratio", rate.speedup());
  }

  public void focus(int tokens, double ratio) {
    print("  with attention focus, %,d tokens: %.3f of the time%n", tokens, ratio);
    figures.put("focus ratio", ratio);
  }

  public void cost(int tokens, ScoringCost cost) {
    print(
        "  one sample of %,d tokens: %.1f s; as the published scripts plan it: %.1f s, %.1f times%n",
        tokens, cost.seconds(), cost.publishedSeconds(), cost.ratio());
    figures
        .putObject("price")
        .put("seconds", cost.seconds())
        .put("publishedSeconds", cost.publishedSeconds());
  }

  public void fetch(long layerBytes, double seconds) {
    print(
        "  layers of %s, brought in %.2f s: %s a second%n",
        Bytes.text(layerBytes), seconds, Bytes.text((long) (layerBytes / seconds)));
    figures.put("fetch seconds", seconds);
  }

  public void batchGroupHeader() {
    print("  %-22s %12s %12s %14s%n", "batch group", "in memory", "streamed", "of the time");
  }

  public void batchGroup(BatchGroup batch) {
    print(
        "  %-22s %10.2f s %10.2f s %14.2f%n",
        String.format(Locale.ROOT, "%,d tokens", batch.tokens()),
        batch.residentSeconds(),
        batch.streamedSeconds(),
        batch.ratio());
    figures
        .putObject("%d tokens".formatted(batch.tokens()))
        .put("tokens", batch.tokens())
        .put("residentSeconds", batch.residentSeconds())
        .put("streamedSeconds", batch.streamedSeconds());
  }

  public void ranking(RankingBenchmark.Result result) {
    print("  %,d rows, %,d of them selected%n", result.rows(), result.selected());
    ObjectNode ranking =
        figures.putObject("ranking").put("rows", result.rows()).put("selected", result.selected());
    ObjectNode seconds = ranking.putObject("seconds");
    result
        .seconds()
        .forEach(
            (stage, time) -> {
              print("  %-22s %10.1f s%n", stage, time);
              seconds.put(stage, time);
            });
    print("  %-22s %10.1f s%n", "select as a whole", result.selectSeconds());
    ranking.put("selectSeconds", result.selectSeconds());
    result
        .peakHeapBytes()
        .forEach(
            (process, bytes) -> {
              print("  %-22s %10s%n", "peak heap, " + process, Bytes.text(bytes));
              ranking.withObjectProperty("peakHeapBytes").put(process, bytes);
            });
  }

  public void write(Path file) throws IOException {
    JSON.writeValue(file.toFile(), all);
  }

  private void print(String format, Object... values) {
    out.printf(Locale.ROOT, format, values);
    out.flush();
  }
}
