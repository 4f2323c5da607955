package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.jobs.settings.Given;
import io.gateau.jobs.settings.InputOutputKeys;
import io.gateau.jobs.settings.Keys;
import io.gateau.jobs.settings.ModelKeys;
import io.gateau.jobs.settings.Section;
import io.gateau.jobs.settings.Setting;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the command line says and answers before Spark starts. */
class CommandLineTest {
  private record Answer(int exitCode, String out, String err) {}

  @TempDir Path folder;

  @Test
  void helpNamesTheCommandsAndTheExitCodes() {
    Answer answer = gateau("--help");
    assertEquals(0, answer.exitCode(), answer.err());
    for (String part : List.of("run ", "score ", "select ", "Examples:", "Exit codes:", "130")) {
      assertTrue(answer.out().contains(part), "help lacks " + part + ":\n" + answer.out());
    }
  }

  @Test
  void helpOfRunShowsEveryFlagItsDefaultAndItsGroup() {
    String help = gateau("run", "--help").out().replaceAll("\\s+", " ");
    for (Setting<?> setting : Keys.ALL) {
      setting
          .flag()
          .ifPresent(
              flag -> {
                String value = setting.fallbackValue().isPresent() ? "[=" : "=";
                assertTrue(help.contains(" " + flag + value), "help lacks " + flag);
                assertTrue(
                    setting.defaultValue().stream()
                        .allMatch(text -> help.contains("Default: " + text + ".")),
                    "help lacks the default of " + flag);
              });
    }
    for (Section section : Section.values()) {
      assertTrue(help.contains(section.title + ":"), "help lacks the group " + section.title);
    }
    assertTrue(help.contains("Examples:") && help.contains("Exit codes:"), help);
  }

  @Test
  void helpOfSelectLeavesOutWhatMeansInference() {
    String help = gateau("select", "--help").out();
    assertFalse(help.contains("--short-model"), help);
    assertTrue(help.contains("--alpha"), help);
    assertEquals(2, gateau("select", "--output", "o", "--max-tokens", "5").exitCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--instruction=first", "--allow-damaged", "--limit=5"})
  void selectingTakesNoFlagOfReading(String flag) {
    assertFalse(gateau("select", "--help").out().contains(flag.replaceAll("=.*", "")));
    assertTrue(gateau("score", "--help").out().contains(flag.replaceAll("=.*", "")));
    Answer answer = gateau("select", "--output", "o", flag);
    assertEquals(2, answer.exitCode(), answer.err());
    assertTrue(answer.err().contains("Unknown option"), answer.err());
  }

  @Test
  void damagedFilesAreAllowedByTrueOrFalse() {
    assertEquals(
        "gateau: allow-damaged perhaps is not known (--allow-damaged); use true or false",
        gateau("run", "--input", "i", "--output", "o", "--allow-damaged", "perhaps").err().strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run --input no.jsonl --short-model embedded:short --long-model embedded:long --output /no/o"
            + " | the input no.jsonl does not exist",
        "score --input pom.xml --short-model no --long-model no --output /proc/o"
            + " | the input pom.xml has an unknown extension",
        "demo --output pom.xml/out | output pom.xml/out cannot be",
        "select --output no/such/folder | no/such/folder has no scores",
        "evaluate --scored no/such/folder | no/such/folder has no scores",
        "compare --scored no/such/folder | no/such/folder has no scores",
        "compare --scored no/such/folder --strategy hmg | name what to compare with --strategies",
        "compare --scored no/such/folder --strategies hmg,none | strategy none is not known",
        "sweep --scored no/such/folder --alphas 0,1 | no/such/folder has no scores",
        "sweep --scored no/such/folder --alphas 0,2 | alpha 2.0 is outside [0, 1]",
        "sweep --scored no/such/folder | nothing is varied; give --alphas, --percents",
        "sweep --scored no/such/folder --merges 2,0 | merge-segments 0 is outside [1, 1000]",
        "sweep --scored no/such/folder --importances up | --importances up is not known; use",
      })
  void wrongPathsAreToldBeforeSparkStarts(String command, String message) {
    // With such a master Spark could not start, and would say so.
    Answer answer = gateau((command + " --master none").split(" "));
    assertEquals(2, answer.exitCode(), answer.err());
    assertEquals(1, answer.err().strip().lines().count(), answer.err());
    assertTrue(answer.err().contains(message), answer.err());
  }

  @Test
  void everyFlagOfTheIssueIsThere() {
    String help = gateau("run", "--help").out();
    Stream.of(
            "input output short-model long-model unrelated-model short-rope-theta long-rope-theta dtype device"
                + " short-rope-scaling long-rope-scaling attention-layers attention-heads"
                + " segment-overlap special-tokens"
                + " max-tokens segment-tokens merge-segments alpha importance strategy percent count tokens per"
                + " master config")
        .flatMap(names -> Stream.of(names.split(" ")))
        .forEach(name -> assertTrue(help.contains("--" + name), "no --" + name));
  }

  @Test
  void versionNamesWhatMatters() {
    Answer answer = gateau("--version");
    assertEquals(0, answer.exitCode(), answer.err());
    assertTrue(answer.out().startsWith("gateau "), answer.out());
    assertTrue(answer.out().contains("Spark 4.1.0"), answer.out());
    assertEquals(answer.out(), gateau("run", "--version").out(), "the same for every command");
  }

  @Test
  void anUnknownFlagIsAnsweredWithTheNearest() {
    Answer answer = gateau("run", "--alhpa", "0.5");
    assertEquals(2, answer.exitCode(), answer.err());
    assertTrue(answer.err().contains("--alhpa"), answer.err());
    assertTrue(answer.err().contains("--alpha"), answer.err());
    assertTrue(answer.err().contains("gateau run --help"), answer.err());
    assertNoStackTrace(answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"estimate", "run --dry-run", "score --dry-run"})
  void anEstimateNeedsNoOutput(String command) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.addAll(
        List.of("--input", "nowhere.jsonl", "--short-model", "a", "--long-model", "embedded:long"));
    Answer answer = gateau(arguments.toArray(String[]::new));
    assertEquals(2, answer.exitCode(), answer.err());
    assertTrue(
        answer.err().startsWith("gateau: the input nowhere.jsonl does not exist"), answer.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--sample=0",
        "--sample=1.5",
        "--tflops=-3",
        "--devices=0",
        "--price=0",
        "--seconds=-1"
      })
  void anEstimateRefusesAmountsThatAreNone(String flag) {
    Answer answer =
        gateau("estimate", "--input", "i", "--short-model", "a", "--long-model", "b", flag);
    assertEquals(2, answer.exitCode(), answer.err());
    assertTrue(answer.err().startsWith("gateau: " + flag.replaceAll("=.*", " is ")), answer.err());
  }

  @Test
  void noCommandOrAnUnknownOneIsWrongUsage() {
    Answer none = gateau();
    assertEquals(2, none.exitCode(), none.err());
    assertTrue(
        none.err().contains("a command is missing: demo, estimate, run, score, select"),
        none.err());
    Answer unknown = gateau("selekt");
    assertEquals(2, unknown.exitCode(), unknown.err());
    assertTrue(unknown.err().contains("select"), unknown.err());
  }

  @Test
  void aFlagGivenTwiceIsWrongUsage() {
    Answer answer = gateau("run", "--alpha", "0.5", "--alpha", "0.6");
    assertEquals(2, answer.exitCode(), answer.err());
    assertTrue(answer.err().contains("--alpha"), answer.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "score"})
  void whatIsMissingIsNamed(String command) {
    Answer answer = gateau(command, "--input", "a.jsonl");
    assertEquals(2, answer.exitCode(), answer.err());
    assertEquals(
        "gateau: missing: --output, --short-model, --long-model; give it as a flag, or in a"
            + " --config file as output, models.short.path, models.long.path",
        answer.err().strip());
  }

  @Test
  void aBadValueIsOneLineWithoutAStackTrace() {
    Answer answer = gateau("select", "--output", "o", "--alpha", "1.4");
    assertEquals(2, answer.exitCode(), answer.err());
    assertEquals(
        "gateau: alpha 1.4 is outside [0, 1] (--alpha); use 0.8 for the usual setting",
        answer.err().strip());
  }

  @Test
  void aSelectionWhoseSignalsAreNotScoredForIsRefusedBeforeSparkStarts() {
    Answer answer =
        gateau("run", "--for", "ifd", "--input", "i", "--output", "o", "--long-model", "b");
    assertEquals(2, answer.exitCode(), answer.err());
    assertEquals(
        "gateau: the selection is by gateau, whose signals are not all scored for; add gateau to"
            + " --for",
        answer.err().strip());
  }

  @Test
  void aFittedRankingTakesNoSettingsOfItsOwnAndNamesAreChecked() {
    Answer both = gateau("select", "--output", "o", "--fitted", "m", "--alpha", "0.5");
    assertEquals(2, both.exitCode(), both.err());
    assertTrue(both.err().startsWith("gateau: --alpha cannot go with --fitted"), both.err());
    Answer name = gateau("select", "--output", "o", "--name", "../up");
    assertEquals(2, name.exitCode(), name.err());
    assertTrue(name.err().startsWith("gateau: the name '../up' of a selection"), name.err());
  }

  @Test
  void theFormatOfATableNeedsItsName() {
    Answer answer = gateau("select", "--output", "o", "--table-format", "delta");
    assertEquals(2, answer.exitCode(), answer.err());
    assertEquals(
        "gateau: --table-format delta says nothing without --table; name the table too, or use --format for the files of selected/",
        answer.err().strip());
  }

  @Test
  void whatBelongsToNearDuplicatesAndEvaluationSetsNeedsThem() {
    Answer similarity = gateau("select", "--output", "o", "--dedup-similarity", "0.9");
    assertEquals(2, similarity.exitCode(), similarity.err());
    assertEquals(
        "gateau: --dedup-similarity says nothing without --dedup; give both, or leave it out",
        similarity.err().strip());
    Answer words = gateau("select", "--output", "o", "--exclude-words", "9");
    assertEquals(
        "gateau: --exclude-words says nothing without --exclude; give both, or leave it out",
        words.err().strip());
    Answer range =
        gateau("select", "--output", "o", "--dedup", "context", "--dedup-similarity", "1.5");
    assertEquals(2, range.exitCode(), range.err());
    assertTrue(
        range.err().startsWith("gateau: dedup-similarity 1.5 is outside (0, 1]"), range.err());
  }

  @Test
  void verboseAddsTheStackTrace() {
    Answer answer = gateau("select", "--output", "o", "--alpha", "1.4", "--verbose");
    assertEquals(2, answer.exitCode(), answer.err());
    assertTrue(answer.err().contains("at io.gateau.jobs."), answer.err());
  }

  @Test
  void aBadConfigurationFileIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("my.yaml"), "select: {alfa: 0.5}");
    Answer answer = gateau("run", "--config", file.toString());
    assertEquals(2, answer.exitCode(), answer.err());
    assertEquals(
        "gateau: select.alfa is not a setting (" + file + "); did you mean select.alpha?",
        answer.err().strip());
  }

  @Test
  void inputTakesSeveralPathsAndMayBeRepeated() {
    CommandLine line = Gateau.commandLine();
    CommandLine.ParseResult run =
        line.parseArgs("run", "--input", "a", "b", "--output", "o", "--input", "c").subcommand();
    Map<Setting<?>, Given> given = Flags.given(run);
    assertEquals(List.of("a", "b", "c"), given.get(InputOutputKeys.INPUT).texts(), "paths");
    assertEquals(List.of("o"), given.get(InputOutputKeys.OUTPUT).texts(), "output");
    assertEquals("--input", given.get(InputOutputKeys.INPUT).origin(), "origin");
  }

  @Test
  void moreResponseTokensThanThereAreIsWrongUsage() {
    Answer answer = gateau("memory", "--model", "small", "--tokens", "4096,128");
    assertEquals(2, answer.exitCode(), answer.err());
    assertTrue(
        answer.err().contains("128 response tokens do not fit into a sequence of 128; "),
        answer.err());
  }

  @ParameterizedTest
  @CsvSource({
    "--tasks, 0, tasks is 0; it must be 1 or more",
    "--rounds, 0, rounds is 0; it must be 1 or more",
    "--device, gpu, 'device gpu is not known; use auto, cpu, cuda or cuda:N'",
    "--device, cuda:777, 'device cuda:777 '",
    "--tokens, 128, 128 tokens are too few; give --tokens 129 or more",
    "--segments, 0, 0 segments cannot be read; give --segments 1 or more",
    "--dtype, float8, 'Invalid value for option ''--dtype'' (TYPE): dtype float8 is not known; use'",
    "--dtype, auto, 'Invalid value for option ''--dtype'' (TYPE): dtype auto goes by a model'"
  })
  void whatCannotBeTimedIsWrongUsage(String flag, String value, String message) {
    Answer answer = gateau("bench", flag, value);
    assertEquals(2, answer.exitCode(), answer.err());
    assertTrue(answer.err().contains("gateau: " + message), answer.err());
  }

  @Test
  void streamLayersAloneMeansTheDefaultBatchGroup() {
    assertEquals("131072", streamLayers("--stream-layers", "--output", "o"), "in front");
    assertEquals("131072", streamLayers("--output", "o", "--stream-layers"), "at the end");
    assertEquals("0", streamLayers("--stream-layers", "0"), "with a number");
  }

  private static String streamLayers(String... flags) {
    CommandLine.ParseResult run =
        Gateau.commandLine()
            .parseArgs(Stream.concat(Stream.of("run"), Stream.of(flags)).toArray(String[]::new))
            .subcommand();
    return String.join(" ", Flags.given(run).get(ModelKeys.STREAM_LAYERS).texts());
  }

  @Test
  void everyFlagArrivesAtItsOwnKey() {
    String[] arguments =
        Stream.concat(
                Stream.of("run"),
                Keys.ALL.stream()
                    .flatMap(setting -> setting.flag().stream())
                    .flatMap(flag -> Stream.of(flag, "value of " + flag)))
            .toArray(String[]::new);
    Map<Setting<?>, Given> given =
        Flags.given(Gateau.commandLine().parseArgs(arguments).subcommand());
    Map<String, String> expected =
        Keys.ALL.stream()
            .flatMap(setting -> setting.flag().stream())
            .collect(Collectors.toMap(flag -> flag, flag -> "value of " + flag));
    Map<String, String> actual =
        given.entrySet().stream()
            .collect(
                Collectors.toMap(
                    entry -> entry.getKey().flagOrKey(), entry -> entry.getValue().texts().get(0)));
    assertEquals(expected, actual);
  }

  @Test
  void aJobIsAMainClassOfItsOwn() {
    Answer answer = answer(Cli.of(new ScoreJob()), "--help");
    assertEquals(0, answer.exitCode(), answer.err());
    assertTrue(answer.out().contains("gateau score --input"), answer.out());
  }

  private static Answer gateau(String... arguments) {
    return answer(Gateau.commandLine(), arguments);
  }

  private static Answer answer(CommandLine line, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int exitCode = Cli.execute(line, arguments);
    return new Answer(exitCode, out.toString(), err.toString());
  }

  private static void assertNoStackTrace(Answer answer) {
    assertFalse(answer.err().contains("\tat "), answer.err());
  }
}
