package io.gateau.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.gateau.model.EngineBenchmark;
import io.gateau.model.EngineBenchmark.Price;
import io.gateau.model.EngineBenchmark.ProductRate;
import io.gateau.model.EngineBenchmark.Rate;
import io.gateau.model.ModelShape;
import io.gateau.model.NumberType;
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
import picocli.CommandLine.Spec;

/** What the engine does on this machine: {@code gateau bench}. */
@Command(
    name = "bench",
    header = "Time the engine on this machine's CPU beside libtorch's own matrix products.",
    description = {
      "",
      "A model with random weights (4 layers, hidden size 768, 12 heads, 4 key/value heads, vocabulary"
          + " of 32,000) reads whole sequences and batches of segments. Every pass is timed in turns"
          + " with the matrix products; figures are medians, and the last column is the rate of the"
          + " pass over that of the fastest product. Leave the machine alone while it runs.",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  gateau bench",
      "  gateau bench --dtype bfloat16 --tokens 1024,4096 --json bench.json",
      "  gateau bench --dtype bfloat16 --price",
    })
public final class BenchCommand implements Callable<Integer> {
  private static final int RESPONSE = 128;
  private static final int FOCUS_TOKENS = 4_096;
  private static final int SEGMENT = 128;
  private static final int REST = 400;
  private static final int CONTEXT = 16_000;
  private static final int PADDED = 64_000;

  @Spec private CommandSpec command;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      split = ",",
      description = "Number types. Default: float32,bfloat16.")
  private List<String> types = List.of("float32", "bfloat16");

  @Option(
      names = "--tokens",
      paramLabel = "N",
      split = ",",
      description = "Lengths of sequences, with 128 scored tokens each. Default: 1024,4096,16384.")
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
    Map<String, Object> figures = new LinkedHashMap<>();
    for (String type : types) {
      try (EngineBenchmark bench =
          new EngineBenchmark(ModelShape.SMALL.config(), NumberType.of(type), rounds)) {
        figures.put(type, figures(bench, type, out));
      }
    }
    if (json.isPresent()) {
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValue(json.get().toFile(), figures);
    }
    return ExitCode.DONE;
  }

  private Map<String, Object> figures(EngineBenchmark bench, String type, PrintWriter out) {
    Map<String, Object> figures = new LinkedHashMap<>();
    line(out, "%n%s%n", type);
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
