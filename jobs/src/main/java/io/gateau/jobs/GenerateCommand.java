package io.gateau.jobs;

import io.gateau.jobs.generate.RealText;
import io.gateau.jobs.generate.RealTextFlags;
import io.gateau.jobs.settings.ConfigException;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.planted.IntRange;
import io.gateau.planted.Kind;
import io.gateau.planted.PlantedConfig;
import io.gateau.planted.PlantedFile;
import io.gateau.planted.PlantedSample;
import io.gateau.planted.PlantedSamples;
import io.gateau.planted.real.RealConfig;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
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
          + " nearest fact needed and the end of the context.",
      "",
      "With --from the documents and questions are real. A question is used if its answer stands in"
          + " exactly one sentence of its document, and each is asked once. Its context has whole"
          + " paragraphs of its document and of others, and that sentence where the kind wants it:"
          + " far back (long-range), as the last paragraph (local), in front of the question (copy),"
          + " or nowhere, in a context of another document (noise) or of its own, where the long"
          + " model knows the answer (parametric). Lengths come in whole paragraphs, so give ranges of"
          + " some hundred tokens. Records that cannot be used are counted."
    },
    mixinStandardHelpOptions = true,
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  gateau generate --samples 2000 --seed 1 --output planted.jsonl.gz",
      "  gateau generate --samples 500 --output far.jsonl --context-tokens 8192 \\",
      "      --distance 4096..8000 --facts 3 --shares long-range=0.5,noise=0.5",
      "  gateau generate --from questions.jsonl --long-model models/64k --samples 500 \\",
      "      --context-tokens 4096..16000 --distance 3000..15000 --output real.jsonl.gz",
    })
public final class GenerateCommand implements Callable<Integer> {
  private static final String GZIP = ".gz";
  private static final String CONTEXT_TOKENS = "--context-tokens";
  private static final String FACTS = "--facts";
  private static final String TWO_HOP_SHARE = "--two-hop-share";
  private static final String TOKENS_PER_FACT = "--tokens-per-fact";

  @Spec private CommandSpec command;
  @Mixin private RealTextFlags realText;

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
              + " long-range=0.3,local=0.2,parametric=0.15,noise=0.2,copy=0.15; with --from and no"
              + " --long-model long-range=0.35,local=0.25,noise=0.25,copy=0.15.")
  private Map<String, Double> shares = new LinkedHashMap<>();

  @Option(
      names = CONTEXT_TOKENS,
      paramLabel = "LOW..HIGH",
      description =
          "Length of the contexts in words and signs, or in tokens of --long-model, every doubling"
              + " equally likely. Default: 1024..4000. With --from: 1536..4000.")
  private String contextTokens = PlantedConfig.DEFAULT.contextTokens().toString();

  @Option(
      names = "--distance",
      paramLabel = "LOW..HIGH",
      description =
          "How far from the end the facts of long-range samples stand, as far as the context has"
              + " room. Default: 768..4000.")
  private String distance = PlantedConfig.DEFAULT.distance().toString();

  @Option(
      names = FACTS,
      paramLabel = "LOW..HIGH",
      description = "Number of facts that a question asks for. Default: 1..2.")
  private String facts = PlantedConfig.DEFAULT.facts().toString();

  @Option(
      names = TWO_HOP_SHARE,
      paramLabel = "SHARE",
      description =
          "Share of the questions whose second fact is about what the first one names. Default:"
              + " ${DEFAULT-VALUE}.")
  private double twoHopShare = PlantedConfig.DEFAULT.twoHopShare();

  @Option(
      names = TOKENS_PER_FACT,
      paramLabel = "N",
      description =
          "How thickly facts about other names stand in a context. Default: ${DEFAULT-VALUE}.")
  private int tokensPerFact = PlantedConfig.DEFAULT.tokensPerFact();

  @Override
  public Integer call() {
    ParseResult parsed = command.commandLine().getParseResult();
    realText.check(parsed, List.of(FACTS, TWO_HOP_SHARE, TOKENS_PER_FACT));
    if (realText.areGiven()) {
      requireFree();
      RealText real = real(parsed);
      Map<Kind, Long> kinds = write(real.stream(), output);
      print(said(real.size(), kinds));
      real.said(Locale.ROOT).forEach(this::print);
    } else {
      PlantedSamples planted = planted();
      requireFree();
      print(said(planted.size(), write(planted.stream(), output)));
    }
    return ExitCode.DONE;
  }

  private void requireFree() {
    if (Files.exists(output) && !overwrite) {
      throw new InputException(
          "%s is there already; name another --output, or add --overwrite".formatted(output));
    }
  }

  private void print(String line) {
    command.commandLine().getOut().println(line);
    command.commandLine().getOut().flush();
  }

  private RealText real(ParseResult parsed) {
    try {
      Map<Kind, Double> usual = realText.measures() ? RealConfig.MEASURED : RealConfig.UNMEASURED;
      RealConfig config =
          new RealConfig(
              sharesOr(usual),
              parsed.hasMatchedOption(CONTEXT_TOKENS)
                  ? IntRange.of(contextTokens)
                  : RealConfig.CONTEXT_TOKENS,
              IntRange.of(distance),
              realText.knownLoss());
      return RealText.open(realText, samples, seed, config);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
  }

  private Map<Kind, Double> sharesOr(Map<Kind, Double> usual) {
    Map<Kind, Double> byKind = new EnumMap<>(Kind.class);
    shares.forEach((kind, share) -> byKind.put(Kind.of(kind), share));
    return byKind.isEmpty() ? usual : byKind;
  }

  private PlantedSamples planted() {
    try {
      return new PlantedSamples(
          samples,
          seed,
          new PlantedConfig(
              sharesOr(PlantedConfig.DEFAULT.shares()),
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
  static Map<Kind, Long> write(Stream<PlantedSample> planted, Path output) {
    Map<Kind, Long> kinds = new EnumMap<>(Kind.class);
    Path whole = output.toAbsolutePath();
    try {
      Files.createDirectories(whole.getParent());
      Path staging = whole.resolveSibling(".planted-" + UUID.randomUUID());
      try {
        try (OutputStream out = open(staging, whole)) {
          PlantedFile.write(planted.peek(sample -> kinds.merge(sample.kind(), 1L, Long::sum)), out);
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
