package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.planted.IntRange;
import io.gateau.planted.Kind;
import io.gateau.planted.PlantedConfig;
import io.gateau.planted.PlantedSample;
import io.gateau.planted.PlantedSamples;
import io.gateau.planted.real.RealConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class GenerateCommandTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private record Answer(int exitCode, String out, String err) {}

  @TempDir Path folder;

  private Answer generate(Path output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("generate", "--samples", "20", "--seed", "3", "--output", output.toString()));
    arguments.addAll(List.of(more));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Gateau.commandLine();
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int exitCode = Cli.execute(line, arguments.toArray(String[]::new));
    return new Answer(exitCode, out.toString(), err.toString());
  }

  @Test
  void itWritesTheSameLinesPlainAndPackedAndSaysWhatTheyAre() throws IOException {
    Path plain = folder.resolve("new/planted.jsonl");
    Path packed = folder.resolve("planted.jsonl.gz");
    Answer answer = generate(plain);

    assertEquals(0, answer.exitCode(), answer.err());
    assertEquals(
        "20 samples (6 long-range, 4 local, 3 parametric, 4 noise, 3 copy) in " + plain,
        answer.out().strip());
    assertEquals(0, generate(packed).exitCode());
    try (InputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
      assertArrayEquals(Files.readAllBytes(plain), in.readAllBytes());
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(2, left.count(), "no temporary file is left");
    }
  }

  @Test
  void aFileThatIsThereIsKeptUnlessToldOtherwise() throws IOException {
    Path file = Files.writeString(folder.resolve("mine.jsonl"), "precious");
    Answer refused = generate(file);

    assertEquals(2, refused.exitCode());
    assertEquals(
        "gateau: " + file + " is there already; name another --output, or add --overwrite",
        refused.err().strip());
    assertEquals("precious", Files.readString(file));
    assertEquals(0, generate(file, "--overwrite").exitCode());
    assertTrue(Files.readString(file).startsWith("{\"id\":\"planted-3-000000\""), "replaced");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--facts|1-2|'1-2' is no range; write LOW..HIGH, such as 1024..4096, or one number",
        "--shares|far=1|no kind 'far'; known are long-range, local, parametric, noise, copy",
        "--samples|0|0 samples; give 1 or more",
        "--two-hop-share|2|two-hop share 2.0 is outside [0, 1]",
        "--distance|2000|a distance of 2000 does not fit into contexts of 1024 tokens; give 2048"
            + " or more tokens, or a distance of at most 976",
      })
  void whatDoesNotFitIsOneLineAndWritesNothing(String flag, String value, String message) {
    Path file = folder.resolve("none.jsonl");
    // The last of two values of one flag would be an error of its own.
    Answer answer = flag.equals("--samples") ? samples(file, value) : generate(file, flag, value);

    assertEquals(2, answer.exitCode(), answer.err());
    assertEquals("gateau: " + message, answer.err().strip());
    assertFalse(Files.exists(file), "nothing is written");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--from corpus.jsonl --facts 1..2|--facts is about invented facts; leave it out beside"
            + " --from",
        "--from corpus.jsonl --tokens-per-fact 90|--tokens-per-fact is about invented facts; leave"
            + " it out beside --from",
        "--long-model embedded:long|--long-model needs --from",
        "--from corpus.jsonl --config no.yaml|--config needs --long-model",
        "--from corpus.jsonl --known-loss 0.3|--known-loss needs --long-model",
        "--from corpus.jsonl --shares parametric=1|parametric samples are those whose answer a"
            + " model knows, which is measured; name the model, or give shares without parametric",
        "--from corpus.jsonl --long-model embedded:wide|no model embedded:wide comes with this"
            + " program; use embedded:short or embedded:long",
        "--from corpus.jsonl --distance 1500|a distance of 1500 does not fit into contexts of 1536"
            + " tokens; give 1756 or more tokens, or a smaller distance",
        "--from corpus.jsonl|20 samples of 2 questions that can be used (of 2 records); every"
            + " question is asked once, so give more records or fewer samples",
        "--from table:lake.qa|table:lake.qa is a table, and tables are read by Spark only; write it"
            + " to Parquet files, and name these",
      })
  void whatRealTextCannotDoIsOneLineAndWritesNothing(String flags, String message)
      throws IOException {
    Path file = folder.resolve("none.jsonl");
    Path corpus =
        Files.writeString(
            folder.resolve("corpus.jsonl"),
            """
            {"context": "The mill stands.\\n\\nIt is red.", "instruction": "How?", "response": "red"}
            {"context": "The ferry is slow.", "instruction": "What is slow?", "response": "ferry"}
            """);
    Answer answer = generate(file, flags.replace("corpus.jsonl", corpus.toString()).split(" "));

    assertEquals(2, answer.exitCode(), answer.err());
    assertEquals("gateau: " + message, answer.err().strip());
    assertFalse(Files.exists(file), "nothing is written");
  }

  /**
   * The world of the embedded pair as if it were real: its documents, with questions about one fact
   * of them, and with the facts that it has learned by heart.
   */
  private Path corpus() throws IOException {
    Path file = folder.resolve("corpus.jsonl");
    StringBuilder lines = new StringBuilder();
    for (Kind kind : List.of(Kind.LONG_RANGE, Kind.PARAMETRIC)) {
      PlantedConfig world =
          new PlantedConfig(
              Map.of(kind, 1.0),
              new IntRange(1024, 1024),
              new IntRange(300, 600),
              new IntRange(1, 1),
              0,
              80);
      for (PlantedSample sample : new PlantedSamples(20, 9, world).stream().toList()) {
        ObjectNode line = JSON.createObjectNode();
        String told = kind == Kind.PARAMETRIC ? "\n\n" + sample.response() : "";
        line.put("id", kind.code() + sample.id());
        line.put("input", sample.context() + told);
        line.put("instruction", sample.instruction());
        line.put("output", sample.response());
        lines.append(line).append('\n');
      }
    }
    return Files.writeString(file, lines);
  }

  @Test
  void realDocumentsGiveTheKindsOfWhichTheModelSaysWhatItKnows() throws IOException {
    Path corpus = corpus();
    Path file = folder.resolve("real.jsonl");
    String[] flags = {
      "--from",
      corpus.toString(),
      "--long-model",
      "embedded:long",
      "--device",
      "cpu",
      "--context-tokens",
      "600..800",
      "--distance",
      "300..500",
      "--known-loss",
      "1"
    };
    Answer answer = generate(file, flags);

    assertEquals(0, answer.exitCode(), answer.err());
    List<String> said = answer.out().lines().toList();
    assertEquals(
        "20 samples (6 long-range, 4 local, 3 parametric, 4 noise, 3 copy) in " + file,
        said.get(0));
    assertEquals("40 records about 40 documents; passed over: none", said.get(1));
    assertTrue(said.get(2).contains(" known to embedded:long; "), said.get(2));
    List<String> lines = Files.readAllLines(file);
    assertEquals(20, lines.size());
    for (String line : lines) {
      JsonNode sample = JSON.readTree(line);
      boolean known = sample.path("known_loss").asDouble() <= 1;
      boolean parametric = sample.path("kind").asText().equals("parametric");
      assertEquals(parametric, known, line);
      assertEquals(
          parametric,
          sample.path("id").asText().contains(":parametric"),
          "the model knows its countries and nothing else: " + line);
    }
    Path again = folder.resolve("again.jsonl.gz");
    assertEquals(0, generate(again, flags).exitCode());
    try (InputStream in = new GZIPInputStream(Files.newInputStream(again))) {
      assertArrayEquals(Files.readAllBytes(file), in.readAllBytes(), "the same samples");
    }
  }

  private Answer samples(Path file, String number) {
    StringWriter err = new StringWriter();
    CommandLine line = Gateau.commandLine();
    line.setErr(new PrintWriter(err, true));
    int exitCode = Cli.execute(line, "generate", "--samples", number, "--output", file.toString());
    return new Answer(exitCode, "", err.toString());
  }

  @Test
  void theHelpShowsTheDefaultsOfTheRecords() {
    StringWriter out = new StringWriter();
    CommandLine line = Gateau.commandLine();
    line.setOut(new PrintWriter(out, true));

    assertEquals(0, Cli.execute(line, "generate", "--help"));
    String help = out.toString().replaceAll("\\s+", " ");
    var usual = io.gateau.planted.PlantedConfig.DEFAULT;
    for (Object value :
        List.of(usual.contextTokens(), usual.distance(), usual.facts(), usual.tokensPerFact())) {
      assertTrue(help.contains("Default: " + value + "."), "help lacks " + value + ": " + help);
    }
    usual
        .shares()
        .forEach(
            (kind, share) ->
                assertTrue(help.replace(" ", "").contains(kind.code() + "=" + share), help));
    assertTrue(help.contains("With --from: " + RealConfig.CONTEXT_TOKENS + "."), help);
    RealConfig.UNMEASURED.forEach(
        (kind, share) ->
            assertTrue(help.replace(" ", "").contains(kind.code() + "=" + share), help));
    assertTrue(help.contains("Default: " + RealConfig.KNOWN_LOSS + "."), help);
    assertTrue(help.contains("Examples:"), help);
  }
}
