package io.gateau.jobs;

import io.gateau.jobs.settings.ConfigException;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.planted.IntRange;
import io.gateau.planted.Kind;
import io.gateau.planted.PlantedConfig;
import io.gateau.planted.PlantedFile;
import io.gateau.planted.PlantedSample;
import io.gateau.planted.PlantedSamples;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a planted data set: {@code gateau generate}. */
@Command(
    name = "generate",
    header = "Write samples of which it is known whether they need their long context.",
    description = {
      "",
      "Every sample is a document of plain English, a question and an answer, one JSON object a line"
          + " in LongAlign's format. The field kind says what the answer truly depends on:"
          + " long-range (facts far back in the context), local (facts in its last 128 tokens),"
          + " parametric (facts that are never in the context), noise (random), copy (the question"
          + " tells it, or it stands everywhere). The field distance has the tokens between the"
          + " nearest fact needed and the end of the context."
    },
    mixinStandardHelpOptions = true,
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  gateau generate --samples 2000 --seed 1 --output planted.jsonl.gz",
      "  gateau generate --samples 500 --output far.jsonl --context-tokens 8192 \\",
      "      --distance 4096..8000 --facts 3 --shares long-range=0.5,noise=0.5",
    })
public final class GenerateCommand implements Callable<Integer> {
  private static final String GZIP = ".gz";

  @Spec private CommandSpec command;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "How many. Default: ${DEFAULT-VALUE}.")
  private int samples = 1000;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "The same seed gives the same samples everywhere. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      required = true,
      description = "The file to write; gzip if its name ends in .gz.")
  private Path output;

  @Option(names = "--overwrite", description = "Replace the file if it is there already.")
  private boolean overwrite;

  @Option(
      names = "--shares",
      paramLabel = "KIND=SHARE",
      split = ",",
      description =
          "Share of each kind, 1 together; a kind that is not named has none. Default:"
              + " long-range=0.3,local=0.2,parametric=0.15,noise=0.2,copy=0.15.")
  private Map<String, Double> shares = new LinkedHashMap<>();

  @Option(
      names = "--context-tokens",
      paramLabel = "LOW..HIGH",
      description =
          "Length of the contexts in words and signs, every doubling equally likely. Default:"
              + " 1024..4000.")
  private String contextTokens = PlantedConfig.DEFAULT.contextTokens().toString();

  @Option(
      names = "--distance",
      paramLabel = "LOW..HIGH",
      description =
          "How far from the end the facts of long-range samples stand, as far as the context has"
              + " room. Default: 768..4000.")
  private String distance = PlantedConfig.DEFAULT.distance().toString();

  @Option(
      names = "--facts",
      paramLabel = "LOW..HIGH",
      description = "Number of facts that a question asks for. Default: 1..2.")
  private String facts = PlantedConfig.DEFAULT.facts().toString();

  @Option(
      names = "--two-hop-share",
      paramLabel = "SHARE",
      description =
          "Share of the questions whose second fact is about what the first one names. Default:"
              + " ${DEFAULT-VALUE}.")
  private double twoHopShare = PlantedConfig.DEFAULT.twoHopShare();

  @Option(
      names = "--tokens-per-fact",
      paramLabel = "N",
      description =
          "How thickly facts about other names stand in a context. Default: ${DEFAULT-VALUE}.")
  private int tokensPerFact = PlantedConfig.DEFAULT.tokensPerFact();

  @Override
  public Integer call() {
    PlantedSamples planted = planted();
    if (Files.exists(output) && !overwrite) {
      throw new InputException(
          "%s is there already; name another --output, or add --overwrite".formatted(output));
    }
    Map<Kind, Long> kinds = write(planted, output);
    command.commandLine().getOut().println(said(planted.size(), kinds));
    command.commandLine().getOut().flush();
    return ExitCode.DONE;
  }

  private PlantedSamples planted() {
    try {
      Map<Kind, Double> byKind = new EnumMap<>(Kind.class);
      shares.forEach((kind, share) -> byKind.put(Kind.of(kind), share));
      return new PlantedSamples(
          samples,
          seed,
          new PlantedConfig(
              byKind.isEmpty() ? PlantedConfig.DEFAULT.shares() : byKind,
              IntRange.of(contextTokens),
              IntRange.of(distance),
              IntRange.of(facts),
              twoHopShare,
              tokensPerFact));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
  }

  /** Writes a file that appears whole, and counts its kinds. */
  static Map<Kind, Long> write(PlantedSamples planted, Path output) {
    Map<Kind, Long> kinds = new EnumMap<>(Kind.class);
    Path whole = output.toAbsolutePath();
    try {
      Files.createDirectories(whole.getParent());
      Path staging = whole.resolveSibling(".planted-" + UUID.randomUUID());
      try {
        try (OutputStream out = open(staging, whole)) {
          PlantedFile.write(
              planted.stream()
                  .peek((PlantedSample sample) -> kinds.merge(sample.kind(), 1L, Long::sum)),
              out);
        }
        Files.move(staging, whole, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(staging);
      }
    } catch (IOException e) {
      throw new InputException(
          "%s cannot be written (%s); name another --output".formatted(output, e), e);
    }
    return kinds;
  }

  private static OutputStream open(Path file, Path named) throws IOException {
    OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
    return named.toString().endsWith(GZIP) ? new GZIPOutputStream(out) : out;
  }

  private String said(int all, Map<Kind, Long> kinds) {
    StringBuilder text = new StringBuilder();
    kinds.forEach(
        (kind, count) ->
            text.append(text.isEmpty() ? "" : ", ")
                .append(String.format(Locale.ROOT, "%,d ", count))
                .append(kind.code()));
    return String.format(Locale.ROOT, "%,d samples (%s) in %s", all, text, output);
  }
}
