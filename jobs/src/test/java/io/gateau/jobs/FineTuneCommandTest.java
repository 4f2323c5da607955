package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class FineTuneCommandTest {
  @TempDir Path folder;

  /* One arm for the whole set and one for each of five strategies; each is measured at one distance. */
  @Test
  void theScoredFolderStaysByteForByteAsItWas() throws IOException {
    Path input = folder.resolve("planted.jsonl");
    Path scored = folder.resolve("scored");
    Path study = folder.resolve("study.csv");
    gateau(
        "generate --samples 8 --seed 5 --context-tokens 512..600 --distance 160..300 --output",
        input.toString());
    gateau(
        "run --short-model embedded:short --long-model embedded:long --percent 25 --master local[2]"
            + " --input",
        input.toString(),
        "--output",
        scored.toString());
    SortedMap<String, String> before = digests(scored);
    assertTrue(before.keySet().stream().anyMatch(name -> name.startsWith("selected/")), "selected");

    gateau(
        "fine-tune --steps 2 --seeds 1 --percents 50 --distances 128 --input",
        input.toString(),
        "--scored",
        scored.toString(),
        "--output",
        study.toString());

    assertEquals(before, digests(scored), "files of --scored and their SHA-256");
    List<String> lines = Files.readAllLines(study);
    assertEquals("strategy,percent,samples,seed,distance,recall", lines.get(0));
    assertEquals(
        List.of(
            "full,100,8,1,128",
            "gateau,50,4,1,128",
            "hmg,50,4,1,128",
            "cam,50,4,1,128",
            "perplexity,50,4,1,128",
            "gain,50,4,1,128",
            "evidence,50,4,1,128",
            "random,50,4,1,128"),
        lines.stream().skip(1).map(line -> line.substring(0, line.lastIndexOf(','))).toList());
  }

  private static void gateau(String words, String... more) {
    String[] arguments =
        Stream.concat(Stream.of(words.split(" ")), Stream.of(more)).toArray(String[]::new);
    StringWriter err = new StringWriter();
    CommandLine line = Gateau.commandLine().setErr(new PrintWriter(err, true));
    assertEquals(0, Cli.execute(line, arguments), err.toString());
  }

  private static SortedMap<String, String> digests(Path directory) throws IOException {
    SortedMap<String, String> digests = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> digests.put(directory.relativize(file).toString(), digest(file)));
    }
    return digests;
  }

  private static String digest(Path file) {
    try {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return new BigInteger(1, sum).toString(16);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
