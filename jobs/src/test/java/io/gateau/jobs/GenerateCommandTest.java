package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class GenerateCommandTest {
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
    assertTrue(help.contains("Examples:"), help);
  }
}
