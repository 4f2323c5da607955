package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * The pages: their commands are commands of this version with flags that there are, and their links
 * lead somewhere. DemoIT, RunIT and others run such commands; most pages name data and models that
 * no build has.
 */
class DocsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** A command in a block of code, with the lines that continue it. */
  private static final Pattern COMMAND =
      Pattern.compile("(?m)^ {4,8}(?:> )?(?:\\./)?gateau ((?:.*\\\\\\n)*.*)$");

  /** Words as a shell reads them, as far as the pages need it. */
  private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

  /** A link in Markdown to a file, with or without a section. */
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(?:#[^)]*)?\\)");

  static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT, 3)) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !ROOT.relativize(file).toString().contains("target"))
          .sorted()
          .toList();
    }
  }

  private static List<String> words(String command) {
    String line = command.replace("\\\n", " ").replaceAll("(^|\\s)#.*$", "");
    return WORD.matcher(line).results().map(DocsTest::word).collect(Collectors.toList());
  }

  private static String word(java.util.regex.MatchResult found) {
    return Stream.of(found.group(1), found.group(2), found.group(3))
        .filter(text -> text != null)
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyCommandOfAPageIsOne(Path page) throws IOException {
    List<String> faults = new ArrayList<>();
    CommandLine gateau = Gateau.commandLine();
    Matcher command = COMMAND.matcher(Files.readString(page));
    while (command.find()) {
      List<String> words = words(command.group(1));
      if (!gateau.getSubcommands().containsKey(words.get(0))) {
        // The table of a result, or the output of a program.
        continue;
      }
      // What stands for other flags.
      words.removeIf(word -> word.equals("...") || word.equals("[OPTIONS]"));
      try {
        Gateau.commandLine().parseArgs(words.toArray(String[]::new));
      } catch (ParameterException e) {
        faults.add("gateau %s: %s".formatted(String.join(" ", words), e.getMessage()));
      }
    }
    assertTrue(faults.isEmpty(), () -> String.join("\n", faults));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkOfAPageLeadsSomewhere(Path page) throws IOException {
    Matcher link = LINK.matcher(Files.readString(page));
    while (link.find()) {
      if (!Files.exists(page.resolveSibling(link.group(1)))) {
        fail("%s links to %s".formatted(ROOT.relativize(page), link.group(1)));
      }
    }
  }
}
