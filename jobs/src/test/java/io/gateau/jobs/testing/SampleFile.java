package io.gateau.jobs.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writes instruction samples of made-up words, the same for the same seed. */
public final class SampleFile {
  private static final String[] WORDS = {
    "harbour", "lamp", "river", "seven", "Mira", "code", "winter", "blue", "the", "of", "stone"
  };
  private static final ObjectMapper JSON = new ObjectMapper();

  private SampleFile() {}

  /**
   * Writes {@code lines} lines of LongAlign messages with contexts of {@code words} words and more;
   * every {@code brokenEvery}-th line is broken in one of five ways, none if that is 0.
   */
  public static Path write(Path file, int lines, int words, int brokenEvery) throws IOException {
    Random random = new Random(17);
    List<String> text = new ArrayList<>();
    for (int i = 0; i < lines; i++) {
      String line = sample(random, i, words);
      text.add(
          brokenEvery > 0 && i % brokenEvery == brokenEvery - 1
              ? broken(line, i / brokenEvery)
              : line);
    }
    return Files.write(file, text, StandardCharsets.UTF_8);
  }

  private static String sample(Random random, int number, int words) throws IOException {
    ObjectNode sample = JSON.createObjectNode();
    sample.put("id", "sample-%03d".formatted(number));
    sample.put("source", number % 3 == 0 ? "books" : "web");
    String context = words(random, words + random.nextInt(words));
    ObjectNode user = sample.putArray("messages").addObject();
    user.put("role", "user").put("content", context + "\n\nWhat is the code?");
    ObjectNode assistant = JSON.createObjectNode();
    assistant.put("role", "assistant").put("content", words(random, 3 + random.nextInt(10)));
    sample.withArrayProperty("messages").add(assistant);
    return JSON.writeValueAsString(sample);
  }

  private static String broken(String line, int kind) {
    return switch (kind % 5) {
      case 0 -> line.substring(0, line.length() / 2);
      case 1 -> "{\"id\": \"no-messages-%d\"}".formatted(kind);
      case 2 ->
          "{\"id\": %d.5, \"context\": \"a\", \"instruction\": \"b\", \"response\": 1}"
              .formatted(kind);
      case 3 ->
          "{\"id\": \"empty-%d\", \"context\": \"a\", \"instruction\": \"b\", \"response\": \"\"}"
              .formatted(kind);
      default -> "[1, 2]";
    };
  }

  private static String words(Random random, int count) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add(WORDS[random.nextInt(WORDS.length)]);
    }
    return String.join(" ", words);
  }
}
