package io.gateau.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.gateau.bench.EngineBenchmark;
import io.gateau.bench.EngineBenchmark.Price;
import io.gateau.bench.EngineBenchmark.ProductRate;
import io.gateau.bench.EngineBenchmark.Rate;
import io.gateau.bench.EngineBenchmark.ShortSamples;
import io.gateau.bench.ModelShape;
import io.gateau.bench.StreamBenchmark;
import io.gateau.bench.StreamBenchmark.Row;
import io.gateau.jobs.settings.ConcreteType;
import io.gateau.model.Bytes;
import io.gateau.model.Devices;
import io.gateau.model.checkpoint.Dtype;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the engine does on this machine: {@code gateau bench}. */
@Command(
    name = "bench",
    header = "Time the engine on this machine's CPU beside libtorch's own matrix products.",
    description = {
      "",
      "A model with random weights (4 layers, hidden size 768, 12 heads, 4 key/value heads, vocabulary"
          + " of 32,000) reads whole sequences, batches of segments and short samples. Every pass is"
          + " timed in turns with the matrix products; figures are medians, and the last column is"
          + " the rate of the pass over that of the fastest product. Leave the machine alone while"
          + " it runs.",
      "",
      "With --stream-layers it times a model of yours instead, with its layers in memory and with"
          + " layers that come one at a time from the file.",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  gateau bench",
      "  gateau bench --dtype bfloat16 --tokens 1024,4096 --json bench.json",
      "  gateau bench --dtype bfloat16 --price",
      "  gateau bench --tasks 8",
      "  gateau bench --stream-layers models/64k --dtype float32 --tokens 512,2048,8192",
    })
public final class BenchCommand implements Callable<Integer> {
  private static final int RESPONSE = 128;
  private static final int FOCUS_TOKENS = 4_096;
  private static final int SEGMENT = 128;
  private static final int REST = 400;
  private static final int CONTEXT = 16_000;
  private static final int PADDED = 64_000;
  private static final int SAMPLES = 32;
  private static final int SHORTEST = 32;
  private static final int LONGEST = 480;
  private static final int STREAM_LENGTH = 512;

  @Spec private CommandSpec command;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      split = ",",
      converter = ConcreteType.class,
      description = "Number types. Default: float32,bfloat16.")
  private List<Dtype> types = List.of(Dtype.FLOAT32, Dtype.BFLOAT16);

  @Option(
      names = "--tokens",
      paramLabel = "N",
      split = ",",
      description =
          "Lengths of sequences, with 128 scored tokens each; with --stream-layers, tokens of a"
              + " micro-batch. Default: 1024,4096,16384.")
  private List<Integer> tokens = List.of(1_024, 4_096, 16_384);

  @Option(
      names = "--segments",
      paramLabel = "N",
      split = ",",
      description =
          "Segments of 128 tokens, with 400 others, that are read together. Default: 1,4,8,15.")
  private List<Integer> segments = List.of(1, 4, 8, 15);

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "7",
      description = "How often each figure is taken. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--tasks",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Do everything in so many threads side by side, each with its part of the cores; one for"
              + " each core is how Spark runs tasks. Default: ${DEFAULT-VALUE}, with all cores.")
  private int tasks;

  @Option(
      names = "--stream-layers",
      paramLabel = "MODEL",
      description = "Time this Hugging Face folder, streamed and not.")
  private Optional<Path> streamed = Optional.empty();

  @Option(
      names = "--price",
      description =
          "Time one sample of 16,000 tokens by our plan and by that of the published scripts:"
              + " minutes in bfloat16, a quarter of an hour in float32.")
  private boolean price;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there too.")
  private Optional<Path> json = Optional.empty();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = command.commandLine().getOut();
    require(tasks > 0, "tasks is " + tasks + "; it must be 1 or more");
    require(rounds > 0, "rounds is " + rounds + "; it must be 1 or more");
    for (int length : tokens) {
      int least = streamed.isPresent() ? 2 : RESPONSE + 1;
      require(length >= least, length + " tokens are too few; give --tokens " + least + " or more");
    }
    for (int together : segments) {
      require(together > 0, together + " segments cannot be read; give --segments 1 or more");
    }
    if (tasks > 1) {
      Devices.useThreads(Math.max(1, Runtime.getRuntime().availableProcessors() / tasks));
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    for (Dtype type : types) {
      line(out, "%n%s%n", type.code());
      figures.put(
          type.code(),
          streamed.isPresent() ? streamed(streamed.get(), type, out) : figures(type, out));
    }
    if (json.isPresent()) {
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValue(json.get().toFile(), figures);
    }
    return ExitCode.DONE;
  }

  private Map<String, Object> figures(Dtype type, PrintWriter out) {
    try (EngineBenchmark bench =
        new EngineBenchmark(ModelShape.SMALL.config(), type, rounds, tasks)) {
      return figures(bench, out);
    }
  }

  private Map<String, Object> streamed(Path model, Dtype type, PrintWriter out) {
    Map<String, Object> figures = new LinkedHashMap<>();
    try (StreamBenchmark bench = new StreamBenchmark(model, type)) {
      double fetch = bench.fetchSeconds(rounds);
      line(
          out,
          "  layers of %s, brought in %.2f s: %s a second%n",
          Bytes.text(bench.layerBytes()),
          fetch,
          Bytes.text((long) (bench.layerBytes() / fetch)));
      figures.put("fetch seconds", fetch);
      line(out, "  %-22s %12s %12s %14s%n", "micro-batch", "in memory", "streamed", "of the time");
      for (int micro : tokens) {
        int length = Math.min(micro, STREAM_LENGTH);
        Row row = bench.microBatch(Math.max(1, micro / length), length, rounds);
        line(
            out,
            "  %-22s %10.2f s %10.2f s %14.2f%n",
            String.format(Locale.ROOT, "%,d tokens", row.tokens()),
            row.residentSeconds(),
            row.streamedSeconds(),
            row.ratio());
        figures.put(row.tokens() + " tokens", row);
      }
    }
    return figures;
  }

  private Map<String, Object> figures(EngineBenchmark bench, PrintWriter out) {
    Map<String, Object> figures = new LinkedHashMap<>();
    List<ProductRate> products = bench.productRates();
    for (ProductRate product : products) {
      line(
          out,
          "  matrix product %,d x %,d x %,d: %,.0f GFLOP/s%n",
          product.rows(),
          product.inner(),
          product.columns(),
          product.gigaflops());
    }
    figures.put("products", products);
    line(out, "  %-22s %12s %12s %14s%n", "pass", "tokens/s", "GFLOP/s", "of product");
    for (int length : tokens) {
      String name = String.format(Locale.ROOT, "%,d tokens", length);
      figures.put(name, rate(name, bench.passes(1, length, RESPONSE), out));
    }
    for (int together : segments) {
      String name = String.format(Locale.ROOT, "%d x %d tokens", together, SEGMENT + REST);
      figures.put(name, rate(name, bench.passes(together, SEGMENT + REST, REST), out));
    }
    ShortSamples small = bench.shortSamples(SAMPLES, SHORTEST, LONGEST, SHORTEST / 2);
    line(
        out,
        "  %d samples of %d to %d tokens: %,.0f tokens/s one by one, %,.0f in batches, %.2f times%n",
        small.samples(),
        small.shortest(),
        small.longest(),
        small.alone(),
        small.together(),
        small.ratio());
    figures.put("short samples", small);
    double focus = bench.focusRatio(FOCUS_TOKENS, RESPONSE);
    line(out, "  with attention focus, %,d tokens: %.3f of the time%n", FOCUS_TOKENS, focus);
    figures.put("focus ratio", focus);
    if (price) {
      Price prices = bench.price(CONTEXT, REST, SEGMENT, PADDED);
      line(
          out,
          "  one sample of %,d tokens: %.1f s; as the published scripts plan it: %.1f s, %.1f times%n",
          CONTEXT,
          prices.seconds(),
          prices.publishedSeconds(),
          prices.ratio());
      figures.put("price", prices);
    }
    return figures;
  }

  private void require(boolean met, String otherwise) {
    if (!met) {
      throw new ParameterException(command.commandLine(), otherwise);
    }
  }

  private static Rate rate(String name, Rate rate, PrintWriter out) {
    line(
        out,
        "  %-22s %,12.0f %,12.0f %12.0f %%%n",
        name,
        rate.tokensPerSecond(),
        rate.gigaflops(),
        100 * rate.ofProduct());
    return rate;
  }

  private static void line(PrintWriter out, String format, Object... values) {
    out.printf(Locale.ROOT, format, values);
    out.flush();
  }
}
