package io.gateau.udf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.math.Segments;
import io.gateau.model.LoadedModel;
import io.gateau.model.ModelCache;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.decoder.Decoder;
import io.gateau.score.PromptTemplate;
import io.gateau.score.SampleScorer;
import io.gateau.score.ScoringConfig;
import io.gateau.score.TokenizedSample;
import io.gateau.testing.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.SparkRuntimeException;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The functions in SQL: their values, their types, their errors, and how often they run. */
class GateauExtensionsTest {
  private static final int ROWS = 9;
  private static final ScoringConfig SETTINGS =
      new ScoringConfig(PromptTemplate.GATEAU, 400, 16, 8_192);

  @TempDir static Path directory;
  private static SparkSession spark;
  private static List<Golden.Sample> samples;
  private static ModelSpec spec;

  @BeforeAll
  static void write() throws Exception {
    Path model = Golden.Checkpoint.SEPARATE.write(directory.resolve("model"));
    spec = new ModelSpec(model.toString(), 40_000, Dtype.FLOAT32, "cpu");
    samples = Golden.Checkpoint.SEPARATE.golden().samples();
    spark = SparkTestSession.spark();
    List<Row> rows = new ArrayList<>();
    for (int id = 0; id < ROWS; id++) {
      Golden.Sample sample = samples.get(id % samples.size());
      rows.add(RowFactory.create(id, sample.context(), sample.instruction(), sample.response()));
    }
    StructType schema =
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("context", DataTypes.StringType)
            .add("instruction", DataTypes.StringType)
            .add("response", DataTypes.StringType);
    String path = directory.resolve("samples").toString();
    spark.createDataFrame(rows, schema).repartition(2).write().parquet(path);
    spark.read().parquet(path).createOrReplaceTempView("samples");
    spark.createDataFrame(rows, schema).createOrReplaceTempView("in_memory");
  }

  @AfterAll
  static void close() {
    spark.catalog().dropTempView("samples");
    spark.catalog().dropTempView("in_memory");
    ModelCache.closeAll();
  }

  @Test
  void theFunctionsAreListedAndDescribeThemselves() {
    Set<String> names =
        spark.sql("SHOW FUNCTIONS LIKE 'gateau*'").collectAsList().stream()
            .map(row -> row.getString(0))
            .collect(Collectors.toSet());

    assertEquals(
        Set.of(
            "gateau_perplexity",
            "gateau_segment_perplexity",
            "gateau_attention_focus",
            "gateau_segments",
            "gateau_chat"),
        names);
    for (String name : names) {
      String text = spark.sql("DESCRIBE FUNCTION " + name).collectAsList().toString();
      String arguments = name.equals("gateau_chat") ? "(chat [, 'last'" : "(model, context";
      assertTrue(text.contains(name + arguments), text);
    }
  }

  @Test
  void theValuesAreThoseOfTheScorer() {
    LoadedModel model = ModelCache.get(spec);
    Decoder decoder = ModelCache.decoder(spec);
    SampleScorer scorer = new SampleScorer(decoder, SETTINGS);
    List<Row> rows =
        sql(
            "SELECT id, PERPLEXITY, SEGMENT_PERPLEXITY, ATTENTION_FOCUS, SEGMENTS FROM samples"
                + " ORDER BY id LIMIT "
                + samples.size());
    for (int i = 0; i < samples.size(); i++) {
      Golden.Sample sample = samples.get(i);
      TokenizedSample whole =
          TokenizedSample.of(
              model.tokenizer(),
              SETTINGS.template(),
              sample.context(),
              sample.instruction(),
              sample.response());
      TokenizedSample truncated = whole.truncatedTo(SETTINGS.maxTokens());
      Row row = rows.get(i);
      assertClose(
          new double[] {scorer.perplexity(truncated).orElseThrow()}, List.of(row.getDouble(1)));
      assertClose(scorer.segmentPerplexities(truncated).orElseThrow(), row.getList(2));
      assertClose(scorer.segmentAttention(truncated).orElseThrow(), row.getList(3));
      List<Row> segments = row.getList(4);
      assertEquals(Segments.count(whole.context().length, 16), segments.size());
      assertEquals(0, segments.get(0).getInt(0));
      assertEquals(16, segments.get(0).getInt(1));
      assertEquals(
          model.tokenizer().decode(Arrays.copyOf(whole.context(), 16)),
          segments.get(0).getString(2));
    }
  }

  @Test
  void theTypesAreNumbersAndArrays() {
    StructType schema =
        query(
                "SELECT PERPLEXITY p, SEGMENT_PERPLEXITY s, ATTENTION_FOCUS a, SEGMENTS g FROM samples")
            .schema();

    assertEquals(
        "p DOUBLE,s ARRAY<DOUBLE>,a ARRAY<DOUBLE>,"
            + "g ARRAY<STRUCT<from: INT NOT NULL, tokens: INT NOT NULL, text: STRING NOT NULL>>",
        schema.toDDL());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gateau_perplexity('MODEL', NULL, 'i', 'r')",
        "gateau_perplexity(NULL, 'c', 'i', 'r')",
        "gateau_perplexity('MODEL', 'c', NULL, 'r')",
        "gateau_perplexity('MODEL', 'c', 'i', NULL)",
        "gateau_perplexity('MODEL', 'c', 'i', 'r', NULL)",
        "gateau_segment_perplexity('MODEL', NULL, 'i', 'r')",
        "gateau_attention_focus('MODEL', NULL, 'i', 'r')",
        "gateau_segments('MODEL', NULL)",
        "gateau_perplexity('MODEL', 'c', 'i', '')",
        "gateau_perplexity('MODEL', '', 'i', 'r')",
        "gateau_perplexity('MODEL', 'c', 'i', 'r', map('max-tokens', '40'))"
      })
  void whatHasNoNumberIsNull(String call) {
    assertTrue(sql("SELECT " + call).get(0).isNullAt(0), call);
  }

  @Test
  void aContextShorterThanASegmentStillHasItsPerplexity() {
    Row row =
        sql("SELECT gateau_perplexity('MODEL', 'c', 'i', 'r'), gateau_segments('MODEL', 'c'),"
                + " size(gateau_segments('MODEL', ''))")
            .get(0);

    assertTrue(row.getDouble(0) > 1);
    assertEquals(List.of(RowFactory.create(0, 1, "c")), row.getList(1));
    assertEquals(0, row.getInt(2));
  }

  @Test
  void argumentsOfOtherTypesAreCast() {
    Row row =
        sql("SELECT gateau_perplexity('MODEL', 12, 3, 45), gateau_perplexity('MODEL', '12', '3',"
                + " '45', map('max-tokens', 4096))")
            .get(0);

    assertEquals(row.getDouble(0), row.getDouble(1), 1e-9);
  }

  /* Shown by spark-sql, PySpark and Spark Connect without a stack trace, since there is no cause. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "gateau_perplexity('MODEL', 'c', 'i') | it takes 4 arguments and, if wanted, a map of options; 3 were given",
        "gateau_segments('MODEL', 'c', map(), 1) | it takes 2 arguments and, if wanted, a map of options; 4 were given",
        "gateau_perplexity('MODEL', 'c', 'i', 'r', map('max-token', '5')) | option max-token is not known; use [attention-heads, attention-layers, batch-tokens, device, dtype, max-tokens, rope-scaling, rope-theta, segment-overlap, segment-tokens, special-tokens]",
        "gateau_perplexity('MODEL', 'c', 'i', 'r', map('max-tokens', NULL)) | option max-tokens is null; leave it out for its usual value",
        "gateau_segment_perplexity('MODEL', 'c', 'i', 'r', map('dtype', 'int8')) | dtype int8 is not known; use auto, float32, bfloat16, float16",
        "gateau_segments('MODEL', context, map('segment-tokens', 0)) | segment-tokens is 0; it must be 1 or more",
        "gateau_segments(concat('MODEL', context), context, map('device', 'tpu')) | device tpu is not known; use auto, cpu, cuda or cuda:N",
        "gateau_attention_focus('MODEL', 'c', 'i', 'r', map('attention-layers', '99')) | attention-layers 99 asks for more than the long model has: 3, numbered 0 to 2; use all, or some of these",
        "gateau_perplexity('no/such/model', context, instruction, response) | model directory no/such/model does not exist; give the folder that holds config.json",
        "gateau_segments('embedded:wide', context) | no model embedded:wide comes with this program; use embedded:short or embedded:long",
        "gateau_chat() | it takes a chat and, if wanted, 'last' or 'first'; 0 arguments were given",
        "gateau_chat(context) | a chat is an array of turns, such as array<struct<role: string, content: string>>, not string; read JSON text with from_json first",
        "gateau_chat(array('u', 'a')) | a turn is a struct or a map with role and content, or from and value, not string",
        "gateau_chat(array(struct(id, context))) | a turn has the fields [id, context]; it needs role and content, or from and value, in lower case",
        "gateau_chat(array(map('role', context)), 'middle') | instruction: 'middle' is no paragraph; use last (the usual setting) or first",
        "gateau_chat(array(map('role', context)), context) | the place of the instruction is no constant; write 'last' (the usual setting) or 'first'"
      })
  void aWrongCallIsOneLineBeforeTheQueryRuns(String call, String problem) {
    AnalysisException thrown =
        assertThrows(
            AnalysisException.class, () -> query("SELECT %s FROM samples".formatted(call)));

    String name = call.substring(0, call.indexOf('('));
    assertEquals(null, thrown.getCause());
    assertEquals(1, thrown.getMessage().lines().count(), thrown::getMessage);
    assertTrue(
        thrown.getMessage().startsWith("[USER_RAISED_EXCEPTION] %s: %s".formatted(name, problem)),
        thrown::getMessage);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "gateau_perplexity(concat('no/model', min(id)), 'c', 'i', 'r') | model directory no/model0 does not exist; give the folder that holds config.json",
        "gateau_segments('MODEL', 'c', map('segment-tokens', min(id))) | segment-tokens is 0; it must be 1 or more"
      })
  void whatIsFoundWhileRowsAreReadIsOneLineToo(String call, String problem) {
    SparkRuntimeException thrown =
        assertThrows(
            SparkRuntimeException.class, () -> sql("SELECT %s FROM samples".formatted(call)));

    assertEquals(
        "[USER_RAISED_EXCEPTION] %s: %s SQLSTATE: P0001"
            .formatted(call.substring(0, call.indexOf('(')), problem),
        thrown.getMessage());
  }

  /* Each reads every row once, whatever the optimiser would like to copy, push down or reorder. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT p, p + 1, p * 2 FROM (SELECT PERPLEXITY p FROM samples)",
        "SELECT id FROM (SELECT id, PERPLEXITY p FROM samples) WHERE p > 1 AND p < 1e9 AND id >= 0",
        "SELECT id, p FROM (SELECT id, PERPLEXITY p FROM samples) ORDER BY p LIMIT 3",
        "SELECT id, PERPLEXITY p FROM samples ORDER BY p DESC LIMIT 3",
        "WITH s AS (SELECT PERPLEXITY p FROM samples) SELECT avg(p), max(p), min(p) FROM s WHERE p > 0",
        "SELECT s.p, s.p + s.q, s.q FROM (SELECT named_struct('p', PERPLEXITY, 'q', id) s FROM samples)",
        "SELECT s.p FROM (SELECT struct(PERPLEXITY p, id q) s FROM samples) WHERE s.p > 1 AND s.q >= 0",
        "SELECT f[0], f[1], size(f) FROM (SELECT ATTENTION_FOCUS f FROM samples)",
        "SELECT id, x FROM (SELECT id, ATTENTION_FOCUS f FROM samples) LATERAL VIEW explode(f) AS x",
        "SELECT round(p), count(*) FROM (SELECT PERPLEXITY p FROM samples) GROUP BY round(p)",
        "SELECT p, p + id FROM (SELECT id, PERPLEXITY p FROM samples) JOIN (SELECT id FROM in_memory) USING (id) WHERE p > 1",
        "SELECT CASE WHEN p > 2 THEN p WHEN p > 1 THEN p / 2 END FROM (SELECT PERPLEXITY p FROM samples)",
        "SELECT id, rank() OVER (ORDER BY p) FROM (SELECT id, PERPLEXITY p FROM samples)",
        "SELECT p, p + 1 FROM (SELECT PERPLEXITY p FROM in_memory)",
        "SELECT id FROM samples WHERE PERPLEXITY > 1",
        "WITH s AS (SELECT id, PERPLEXITY p FROM samples) SELECT a.p, b.p FROM s a JOIN s b USING (id)",
        "SELECT id, p FROM (SELECT id, PERPLEXITY p FROM samples DISTRIBUTE BY id) ORDER BY p",
        "SELECT a.p, b.p FROM (SELECT DISTINCT p FROM (SELECT PERPLEXITY p FROM samples)) a, (SELECT 1 p) b",
        "SELECT id FROM samples ORDER BY PERPLEXITY LIMIT 3",
        "SELECT count(*) FROM samples GROUP BY PERPLEXITY",
        "SELECT id FROM samples DISTRIBUTE BY PERPLEXITY"
      })
  void everyRowIsReadExactlyOnce(String query) {
    assertEquals(ROWS, sequencesRead(query), query);
  }

  @Test
  void whatIsNotAskedForIsNotRead() {
    assertEquals(0, sequencesRead("SELECT count(*) FROM (SELECT id, PERPLEXITY p FROM samples)"));
    assertEquals(1, sequencesRead("SELECT PERPLEXITY FROM (SELECT * FROM samples WHERE id = 4)"));
  }

  private static long sequencesRead(String query) {
    long before = ModelCache.get(spec).inferenceCount().sequences();
    assertTrue(sql(query).size() > 0);
    return ModelCache.get(spec).inferenceCount().sequences() - before;
  }

  private static void assertClose(double[] expected, List<Double> actual) {
    assertEquals(expected.length, actual.size());
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual.get(i), 1e-5 * expected[i]);
    }
  }

  private static List<Row> sql(String query) {
    return query(query).collectAsList();
  }

  /** The query with the functions and the model spelt out. */
  private static Dataset<Row> query(String query) {
    String sample = "('MODEL', context, instruction, response, OPTIONS)";
    return spark.sql(
        query
            .replace("SEGMENT_PERPLEXITY", "gateau_segment_perplexity" + sample)
            .replace("ATTENTION_FOCUS", "gateau_attention_focus" + sample)
            .replace("SEGMENTS", "gateau_segments('MODEL', context, OPTIONS)")
            .replace("PERPLEXITY", "gateau_perplexity" + sample)
            .replace(
                "OPTIONS",
                "map('rope-theta', '40000', 'device', 'cpu', 'max-tokens', '400', 'segment-tokens',"
                    + " '16')")
            .replace("MODEL", spec.path()));
  }
}
