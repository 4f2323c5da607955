package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.math.Perplexity;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import io.gateau.score.ModelSignal;
import io.gateau.testing.NaiveDecoder;
import io.gateau.testing.NaiveSignals;
import io.gateau.testing.NaiveTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run over good and bad samples, every stored number compared with a naive computation. */
class EndToEndTest {
  private static final int GOOD = 24;
  private static final TestSample LONGEST =
      TestSample.many(GOOD).get(3).withContext("word by word ".repeat(18));

  @TempDir static Path folder;

  private static String input;
  private static TinyPair models;
  private static TestRun run;
  private static ScoreSamples.Result scored;
  private static SelectSamples.Counts counts;

  @BeforeAll
  static void scoresAndSelects() throws IOException {
    models = TinyPair.write(folder);
    input = TestSample.write(folder.resolve("input.jsonl"), lines());
    run = new TestRun(folder.resolve("out/first"));
    scored = run.score(models, input);
    counts = run.select(SelectConfig.DEFAULT).counts();
  }

  private static List<TestSample> good() {
    List<TestSample> good = TestSample.many(GOOD);
    good.set(3, LONGEST);
    return good;
  }

  /** The good ones, one line in five broken, and one of each kind of rejection. */
  private static List<String> lines() {
    List<TestSample> good = good();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < GOOD; i++) {
      lines.add(good.get(i).json());
      if (i % 4 == 3) {
        lines.add("{\"id\": \"broken-" + i + "\", \"context\": ");
      }
    }
    lines.add(tooShort().json());
    lines.add(good.get(1).withId("long").withInstruction("why? ".repeat(60)).json());
    lines.add(good.get(2).withId("empty").withContext("").json());
    lines.add(good.get(4).withContext("another text under an id that is taken").json());
    return lines;
  }

  @Test
  void everyRowEndsInExactlyOnePlace() {
    assertEquals(34, scored.rowsIn());
    assertEquals(8, scored.rejected());
    assertEquals(26, scored.scored());
    assertEquals(0, scored.stored());
    assertEquals(34, counts.rowsIn());
    assertEquals(7, counts.selected());
    assertEquals(17, counts.unselected());
    assertEquals(
        Map.of(
            "broken-json",
            6L,
            "duplicate-id",
            1L,
            "no-context",
            1L,
            "too-long",
            1L,
            "too-short",
            1L),
        counts.rejectedByReason());
    assertEquals(34, counts.selected() + counts.unselected() + counts.rejected());
    for (ModelSignal signal : TestRun.SIGNALS) {
      assertEquals(26, run.signalRows(signal).size());
    }
    assertEquals(34, run.table("samples").size());
    assertEquals(24, run.table("scores").size());
    assertEquals(7, run.table("selected").size());
    assertEquals(10, run.table("rejected").size());
    List<String> places = new ArrayList<>(run.ids("scores"));
    places.addAll(run.ids("rejected").stream().filter(id -> !id.equals("s04")).toList());
    assertEquals(33, new HashSet<>(places).size());
    assertEquals(33, places.size());
  }

  /* The short sample has one segment, which is not scored. */
  @Test
  void tokensAndSequencesReadAreCounted() {
    long sequences = 2;
    long tokens =
        2L
            * run.signal(TestRun.LONG_LOSS)
                .get(tooShort().contentKey())
                .<Integer>getAs("sequence_tokens");
    for (Row row : run.byId("scores").values()) {
      int total = row.<Integer>getAs("sequence_tokens");
      int context = row.<Integer>getAs("context_tokens");
      int segments = (context + 15) / 16;
      sequences += 2 + segments;
      tokens += 2L * total + (long) segments * (total - context) + context;
    }
    assertEquals(sequences, scored.sequencesScored());
    assertEquals(tokens, scored.tokensScored());
  }

  private static TestSample tooShort() {
    return good().get(0).withId("short").withContext("only sixteen lon");
  }

  @Test
  void theTablesHaveTheColumnsOfTheMethod() {
    String scores =
        "id string, source string, status string, context_tokens int, response_tokens int, sequence_tokens int, truncated boolean, short_ppl double, long_ppl double, short_difficulty double, long_difficulty double, cas double, normalised_short double, normalised_long double, hmp double, normalised_hmp double, normalised_cas double, score double, rank bigint, selected boolean";

    assertEquals(
        "file string, line bigint, record bigint, offset bigint, bytes bigint, id string, source string, content_key string, characters bigint, reason string, detail string, original string",
        columns("samples"));
    assertEquals(scores, columns("scores"));
    assertEquals(scores + ", original string", columns("selected"));
    assertEquals(
        "file string, line bigint, id string, source string, reason string, detail string, original string",
        columns("rejected"));
  }

  private static String columns(String table) {
    return String.join(
        ", ",
        Arrays.stream(run.table(table).get(0).schema().fields())
            .map((StructField field) -> field.name() + " " + field.dataType().simpleString())
            .toList());
  }

  @Test
  void everySignalIsThatOfTheNaiveDecoder() throws IOException {
    NaiveDecoder shortModel = new NaiveDecoder(models.shortModel());
    NaiveDecoder longModel = new NaiveDecoder(models.longModel(), TinyPair.LONG_THETA);
    Map<String, Row> rows = run.byId("scores");
    try (NaiveTokens tokens = new NaiveTokens(models.longModel())) {
      for (TestSample sample : good()) {
        Row row = rows.get(sample.id());
        int context = row.<Integer>getAs("context_tokens");
        String kept = sample.context().substring(sample.context().length() - context);
        NaiveSignals.Numbers numbers =
            tokens
                .signals(kept, sample.instruction(), sample.response(), TinyPair.SEGMENT_TOKENS)
                .numbers(shortModel, longModel);
        close(new double[] {numbers.shortPpl()}, new double[] {row.getAs("short_ppl")}, sample);
        close(new double[] {numbers.longPpl()}, new double[] {row.getAs("long_ppl")}, sample);
        close(numbers.segmentPpl(), segmentPerplexity(sample), sample);
        close(numbers.segmentAttention(), segmentAttention(sample), sample);
      }
    }
  }

  private static double[] segmentPerplexity(TestSample sample) {
    Row row = run.signal(TestRun.SEGMENT_LOSS).get(sample.contentKey());
    return Arrays.stream(TestRun.doubles(row, "segment_loss")).map(Perplexity::of).toArray();
  }

  private static double[] segmentAttention(TestSample sample) {
    Row row = run.signal(TestRun.SEGMENT_ATTENTION).get(sample.contentKey());
    return TestRun.doubles(row, "segment_attention");
  }

  private static void close(double[] expected, double[] actual, TestSample sample) {
    assertEquals(expected.length, actual.length, sample.id());
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 1e-4 * Math.abs(expected[i]), sample.id());
    }
  }

  @Test
  void theCountsAreThoseOfTheText() {
    Map<String, Row> rows = run.byId("scores");
    for (TestSample sample : good()) {
      Row row = rows.get(sample.id());
      boolean truncated = sample.id().equals(LONGEST.id());
      int context = row.<Integer>getAs("context_tokens");

      assertEquals(sample.response().length(), row.<Integer>getAs("response_tokens"));
      assertEquals(truncated, row.<Boolean>getAs("truncated"));
      assertEquals(sample.source(), Optional.ofNullable(row.getAs("source")));
      assertEquals("ok", row.getAs("status"));
      if (truncated) {
        assertEquals(TinyPair.MAX_TOKENS, row.<Integer>getAs("sequence_tokens"));
      } else {
        assertEquals(sample.context().length(), context);
        // Start token and template around the pieces: docs/method.md, "A sample".
        int around =
            1 + "### Input: ".length() + "\n\n ### Instruction: \n\n ### Response: ".length();
        assertEquals(
            around + context + sample.instruction().length() + sample.response().length(),
            row.<Integer>getAs("sequence_tokens"));
      }
    }
  }

  @Test
  void scoresAndRanksFollowFromTheSignals() {
    Map<String, Row> rows = run.byId("scores");
    Map<String, TestSample> byId =
        good().stream().collect(Collectors.toMap(TestSample::id, sample -> sample));
    Map<String, Double> hmp = new HashMap<>();
    Map<String, Double> cas = new HashMap<>();
    ToDoubleFunction<Row> hardForShort = row -> Math.log(row.<Double>getAs("short_ppl"));
    ToDoubleFunction<Row> hardForLong = row -> Math.log(row.<Double>getAs("long_ppl"));
    double[] shorts = range(rows, hardForShort, 0.01);
    double[] longs = range(rows, hardForLong, 0.01);
    rows.forEach(
        (id, row) -> {
          hmp.put(
              id,
              place(shorts, hardForShort.applyAsDouble(row))
                  - place(longs, hardForLong.applyAsDouble(row)));
          cas.put(id, cosine(segmentAttention(byId.get(id)), segmentPerplexity(byId.get(id))));
        });
    double[] guidance = range(rows, row -> hmp.get(row.<String>getAs("id")), 0);
    double[] awareness = range(rows, row -> cas.get(row.<String>getAs("id")), 0);
    Map<String, Double> score = new HashMap<>();
    rows.keySet()
        .forEach(
            id ->
                score.put(
                    id, 0.8 * place(guidance, hmp.get(id)) + 0.2 * place(awareness, cas.get(id))));
    List<String> order =
        rows.keySet().stream()
            .sorted(
                Comparator.comparing((String id) -> -score.get(id))
                    .thenComparing(Comparator.naturalOrder()))
            .toList();

    assertEquals(order, run.ids("scores"));
    for (int i = 0; i < order.size(); i++) {
      Row row = rows.get(order.get(i));
      assertEquals(i + 1L, row.<Long>getAs("rank"));
      assertEquals(i < 7, row.<Boolean>getAs("selected"));
      assertEquals(hmp.get(order.get(i)), row.<Double>getAs("hmp"), 1e-12);
      assertEquals(cas.get(order.get(i)), row.<Double>getAs("cas"), 1e-12);
      assertEquals(score.get(order.get(i)), row.<Double>getAs("score"), 1e-12);
    }
  }

  /** From the quantile of a share to that of the rest, between neighbours linearly. */
  private static double[] range(
      Map<String, Row> rows, ToDoubleFunction<Row> value, double clipped) {
    double[] values = rows.values().stream().mapToDouble(value).sorted().toArray();
    return new double[] {quantile(values, clipped), quantile(values, 1 - clipped)};
  }

  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  private static double place(double[] range, double value) {
    return Math.max(0, Math.min(1, (value - range[0]) / (range[1] - range[0])));
  }

  private static double cosine(double[] a, double[] b) {
    double dot = 0;
    double squares = 0;
    double others = 0;
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * b[i];
      squares += a[i] * a[i];
      others += b[i] * b[i];
    }
    return dot / Math.sqrt(squares * others);
  }

  @Test
  void theSelectedRowsAreTheBestWithTheirOriginalsAsRead() {
    Map<String, String> json = new HashMap<>();
    good().forEach(sample -> json.put(sample.id(), sample.json()));
    List<Row> rows = run.table("selected");

    assertEquals(run.ids("scores").subList(0, 7), run.ids("selected"));
    for (Row row : rows) {
      assertEquals(json.get(row.<String>getAs("id")), row.getAs("original"));
    }
  }

  @Test
  void aRejectedRowSaysWhereItStoodAndWhy() {
    Map<String, Row> rows = run.byId("rejected");
    Row broken = rows.get("input.jsonl:5");

    assertEquals(input, broken.getAs("file"));
    assertEquals(5L, broken.<Long>getAs("line"));
    assertEquals("broken-json", broken.getAs("reason"));
    assertEquals("{\"id\": \"broken-3\", \"context\": ", broken.getAs("original"));
    assertFalse(broken.<String>getAs("detail").isBlank());

    assertEquals("too-short", rows.get("short").getAs("reason"));
    assertEquals(
        "the context has 16 tokens and the response 9, too few for the strategy; contextual"
            + " awareness needs two segments",
        rows.get("short").getAs("detail"));
    assertEquals(31L, rows.get("short").<Long>getAs("line"));
    assertEquals("a", rows.get("short").getAs("source"));
    assertEquals("too-long", rows.get("long").getAs("reason"));
    assertTrue(
        rows.get("long").<String>getAs("detail").contains("instruction and response alone"),
        rows.get("long").<String>getAs("detail"));
    assertEquals("no-context", rows.get("empty").getAs("reason"));
    assertEquals("duplicate-id", rows.get("s04").getAs("reason"));
    assertEquals(34L, rows.get("s04").<Long>getAs("line"));
  }

  @Test
  void aSampleWithoutTwoSegmentsHasTheSignalsThatNeedNone() {
    String key = tooShort().contentKey();

    assertEquals("ok", run.signal(TestRun.LONG_LOSS).get(key).getAs("status"));
    assertEquals("too-short", run.signal(TestRun.SEGMENT_LOSS).get(key).getAs("status"));
    assertNull(run.signal(TestRun.SEGMENT_LOSS).get(key).getAs("segment_loss"));
    assertEquals("too-short", run.signal(TestRun.SEGMENT_ATTENTION).get(key).getAs("status"));
  }

  @Test
  void theManifestTellsWhatWasCounted() throws IOException {
    JsonNode root = new ObjectMapper().readTree(run.folder().resolve("manifest.json").toFile());
    JsonNode counts = root.path("select").path("counts");

    assertEquals(34, root.path("score").path("counts").path("rows-in").asLong());
    assertEquals(26, root.path("score").path("counts").path("scored").asLong());
    assertEquals(
        scored.tokensScored(), root.path("score").path("counts").path("tokens-read").asLong());
    assertEquals(34, counts.path("rows-in").asLong());
    assertEquals(7, counts.path("selected").asLong());
    assertEquals(17, counts.path("unselected").asLong());
    assertEquals(6, counts.path("rejected-by-reason").path("broken-json").asLong());
    assertEquals(0.8, root.path("select").at("/config/rank/alpha").asDouble());
    assertEquals(64, root.path("score").at("/models/long/fingerprint").asText().length());
    assertEquals("4.1.0", root.path("score").path("versions").path("spark").asText());
    assertTrue(root.path("score").path("seconds").path("score").asDouble() > 0);
    assertArrayEquals(
        new String[] {input}, new String[] {root.path("score").path("input").path(0).asText()});
  }

  @Test
  void onlyTablesAndManifestRemain() throws IOException {
    assertEquals(
        List.of("manifest.json", "ranker", "rejected", "samples", "scores", "selected", "signals"),
        Arrays.stream(run.folder().toFile().list())
            .filter(name -> !name.startsWith("."))
            .sorted()
            .toList());
  }
}
