package io.gateau.pipeline.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.pipeline.read.record.ContentKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A generated sample; all its characters are ASCII, so one is one token of a tiny checkpoint. */
public record TestSample(
    String id, Optional<String> source, String context, String instruction, String response) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Samples {@code s00}, {@code s01} ... of the sources a, b and none in turn. */
  public static List<TestSample> many(int count) {
    Random random = new Random(7);
    List<TestSample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Optional<String> source = List.of(Optional.of("a"), Optional.of("b"), none()).get(i % 3);
      samples.add(
          new TestSample(
              "s%02d".formatted(i),
              source,
              text(random, 30 + random.nextInt(50)),
              text(random, 4 + random.nextInt(6)),
              text(random, 3 + random.nextInt(8))));
    }
    return samples;
  }

  private static Optional<String> none() {
    return Optional.empty();
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder("q");
    while (text.length() < length) {
      text.append((char) (random.nextInt(5) == 0 ? ' ' : 'a' + random.nextInt(26)));
    }
    return text.append('.').toString();
  }

  public TestSample withId(String other) {
    return new TestSample(other, source, context, instruction, response);
  }

  public TestSample withContext(String other) {
    return new TestSample(id, source, other, instruction, response);
  }

  public TestSample withInstruction(String other) {
    return new TestSample(id, source, context, other, response);
  }

  public TestSample withResponse(String other) {
    return new TestSample(id, source, context, instruction, other);
  }

  /** What identifies its texts. */
  public String contentKey() {
    return ContentKey.of(context, instruction, response);
  }

  /** The line of a file. */
  public String json() {
    ObjectNode node = JSON.createObjectNode().put("id", id);
    source.ifPresent(value -> node.put("source", value));
    node.put("context", context).put("instruction", instruction).put("response", response);
    return node.toString();
  }

  /** Writes lines and gives the file's path as an input names it. */
  public static String write(Path file, List<String> lines) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, lines);
    return file.toString();
  }

  public static String writeSamples(Path file, List<TestSample> samples) throws IOException {
    return write(file, samples.stream().map(TestSample::json).toList());
  }
}
