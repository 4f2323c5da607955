package io.gateau.jobs;

import io.gateau.bench.EngineBenchmark;
import io.gateau.bench.ModelShape;
import io.gateau.bench.StreamBenchmark;
import io.gateau.jobs.console.BenchReport;
import io.gateau.jobs.session.Sessions;
import io.gateau.jobs.settings.ResolvedDtypeConverter;
import io.gateau.jobs.settings.Section;
import io.gateau.jobs.settings.Settings;
import io.gateau.model.Devices;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.pipeline.RankingBenchmark;
import io.gateau.pipeline.rank.SelectConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Times the engine on this machine: {@code gateau bench}. */
@Command(
    name = "bench",
    header = "Time the engine on this machine beside libtorch's own matrix products.",
    description = {
      "",
      "A model with random weights (4 layers, hidden size 768, 12 heads, 4 key/value heads, vocabulary"
          + " of 32,000; on a GPU 4 layers of Llama 3 8B) reads whole sequences, batches of segments and short samples. Every pass is"
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
      "  gateau bench --device cuda --dtype bfloat16 --tokens 4096,16384,65536",
      "  gateau bench --stream-layers models/64k --dtype float32 --tokens 512,2048,8192",
      "  gateau bench --ranking 1000000 --json ranking.json",
      "  GATEAU_JAVA_OPTS=-Xmx2g gateau bench --ranking 10000000 --work /shared/bench \\",
      "      --master spark://host:7077",
    })
public final class BenchCommand implements SettingsCommand, Callable<Integer> {
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
  @Mixin private GeneralFlags general;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      split = ",",
      converter = ResolvedDtypeConverter.class,
      description = "Dtypes. Default: float32,bfloat16.")
  private List<Dtype> dtypes = List.of(Dtype.FLOAT32, Dtype.BFLOAT16);

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description = "Where it computes: auto, cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
  private String device;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      split = ",",
      description =
          "Lengths of sequences, with 128 scored tokens each; with --stream-layers, tokens of a"
              + " batch group. Default: 1024,4096,16384.")
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
          "Do everything in N threads side by side, each with its part of the cores; one for"
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

  @Option(
      names = "--ranking",
      paramLabel = "ROWS",
      description = "Time ranking and selection of so many made-up rows, and nothing else.")
  private Optional<Long> ranking = Optional.empty();

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description =
          "With --ranking: an empty folder for the rows, some 700 bytes each, which stay there."
              + " Default: a temporary folder, which is deleted.")
  private Optional<String> work = Optional.empty();

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there too.")
  private Optional<Path> json = Optional.empty();

  @Override
  public Integer call() throws IOException {
    PrintWriter out = command.commandLine().getOut();
    require(tasks > 0, "tasks is %d; it must be 1 or more".formatted(tasks));
    require(rounds > 0, "rounds is %d; it must be 1 or more".formatted(rounds));
    requireDevice();
    for (int length : tokens) {
      int least = streamed.isPresent() ? 2 : RESPONSE + 1;
      require(
          length >= least,
          "%d tokens are too few; give --tokens %d or more".formatted(length, least));
    }
    for (int batchSize : segments) {
      require(
          batchSize > 0,
          "%d segments cannot be read; give --segments 1 or more".formatted(batchSize));
    }
    if (tasks > 1) {
      Devices.useThreads(Math.max(1, Runtime.getRuntime().availableProcessors() / tasks));
    }
    BenchReport report = new BenchReport(out);
    if (ranking.isPresent()) {
      require(
          ranking.get() > 0,
          "%d rows cannot be ranked; give --ranking 1 or more".formatted(ranking.get()));
      ranking(report);
    } else {
      engine(report);
    }
    if (json.isPresent()) {
      report.write(json.get());
    }
    return ExitCode.DONE;
  }

  @Override
  public List<Section> sections() {
    return List.of(Section.SPARK);
  }

  @Override
  public boolean isVerbose() {
    return general.isVerbose();
  }

  private void ranking(BenchReport report) throws IOException {
    Settings settings =
        Settings.resolve(
            Map.of(), Flags.given(command.commandLine().getParseResult()), general.config());
    String folder = work.orElse(temporaryFolder());
    SparkSession spark = Sessions.open(settings, command.qualifiedName());
    try {
      RankingBenchmark bench = new RankingBenchmark(spark, folder);
      try {
        report.ranking(bench.run(ranking.get(), SelectConfig.DEFAULT));
      } finally {
        if (work.isEmpty()) {
          bench.deleteRows();
          Files.deleteIfExists(Path.of(folder));
        }
      }
    } finally {
      spark.stop();
    }
  }

  private static String temporaryFolder() {
    return Path.of(System.getProperty("java.io.tmpdir"), "gateau-bench-" + UUID.randomUUID())
        .toString();
  }

  private void engine(BenchReport report) {
    report.device(device);
    for (Dtype dtype : dtypes) {
      report.dtype(dtype);
      if (streamed.isPresent()) {
        streamLayers(streamed.get(), dtype, report);
      } else {
        engine(dtype, report);
      }
    }
  }

  private void engine(Dtype dtype, BenchReport report) {
    try (EngineBenchmark bench =
        new EngineBenchmark(ModelShape.timedOn(device), dtype, device, rounds, tasks)) {
      report.gemms(bench.gemmRates());
      report.passHeader();
      for (int length : tokens) {
        report.pass(
            String.format(Locale.ROOT, "%,d tokens", length), bench.passes(1, length, RESPONSE));
      }
      for (int batchSize : segments) {
        report.pass(
            String.format(Locale.ROOT, "%d x %d tokens", batchSize, SEGMENT + REST),
            bench.passes(batchSize, SEGMENT + REST, REST));
      }
      report.shortSamples(bench.shortSamples(SAMPLES, SHORTEST, LONGEST, SHORTEST / 2));
      report.focus(FOCUS_TOKENS, bench.focusRatio(FOCUS_TOKENS, RESPONSE));
      if (price) {
        report.cost(CONTEXT, bench.scoringCost(CONTEXT, REST, SEGMENT, PADDED));
      }
    }
  }

  private void streamLayers(Path model, Dtype dtype, BenchReport report) {
    try (StreamBenchmark bench = new StreamBenchmark(model, dtype)) {
      report.fetch(bench.layerBytes(), bench.fetchSeconds(rounds));
      report.batchGroupHeader();
      for (int size : tokens) {
        int length = Math.min(size, STREAM_LENGTH);
        report.batchGroup(bench.batchGroup(Math.max(1, size / length), length, rounds));
      }
    }
  }

  private void requireDevice() {
    try {
      Devices.checked(device);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
    require(
        streamed.isEmpty() || "cpu".equals(device),
        "--stream-layers is timed on the CPU only; leave out --device " + device);
  }

  private void require(boolean met, String otherwise) {
    if (!met) {
      throw new ParameterException(command.commandLine(), otherwise);
    }
  }
}
