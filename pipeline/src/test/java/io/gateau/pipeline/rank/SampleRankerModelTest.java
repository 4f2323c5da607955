package io.gateau.pipeline.rank;

import static io.gateau.pipeline.testing.SignalRows.SCHEMA;
import static io.gateau.pipeline.testing.SignalRows.doubles;
import static io.gateau.pipeline.testing.SignalRows.row;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.lit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.RankConfig.Normalisation;
import io.gateau.pipeline.rank.strategy.SignalInput;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.pipeline.testing.SparkJobs;
import io.gateau.pipeline.testing.SparkTestSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The fitted ranker among MLlib's classes: other data, folders, pipelines, params, cost. */
class SampleRankerModelTest {
  private static final SparkSession SPARK = SparkTestSession.spark();

  @TempDir Path folder;

  private static List<Row> rows(int count) {
    Random random = new Random(count);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(
          row(
              "id%05d".formatted(i),
              1 + 20 * random.nextDouble(),
              1 + 3 * random.nextDouble(),
              random.doubles(3).toArray(),
              random.doubles(3, 1, 9).toArray()));
    }
    return rows;
  }

  private static Dataset<Row> table(List<Row> rows) {
    return SPARK.createDataFrame(rows, SCHEMA);
  }

  private static List<Double> scores(Dataset<Row> scored) {
    return scored.orderBy(SignalColumns.ID).collectAsList().stream()
        .map(row -> row.<Double>getAs(ScoreColumns.SCORE))
        .toList();
  }

  private static SampleRanker ranker(Normalisation normalisation) {
    return new SampleRanker().setNormalisation(ParamCodes.code(normalisation));
  }

  /*
   * Fitted on losses from 0 to ln 4 (short) and from 0 to ln 2 (long), CAS 0.6 and 1. In another
   * data set HMP is 1/2 - 0 for perplexities 2 and 1, of a range from -1 to 1; and cas 0.8.
   */
  @Test
  void anotherDataSetIsScoredOnTheScalesOfTheFirst() {
    List<Row> monday =
        List.of(
            row("a", 1, 2, doubles(1, 0), doubles(3, 4)),
            row("b", 4, 1, doubles(3, 4), doubles(3, 4)));
    SampleRankerModel model = new SampleRanker().setWinsorise(0).setAlpha(0.75).fit(table(monday));

    List<Row> tuesday =
        List.of(
            row("c", 2, 1, doubles(0, 1), doubles(3, 4)),
            row("beyond", 99, 1, doubles(3, 4), doubles(3, 4)));
    List<Double> scores = scores(model.transform(table(tuesday)));

    assertEquals(1, scores.get(0), 1e-12);
    assertEquals(0.75 * 0.75 + 0.25 * 0.5, scores.get(1), 1e-12);
  }

  @ParameterizedTest
  @EnumSource(Normalisation.class)
  void aModelThatWasReadGivesTheSameScores(Normalisation normalisation) throws IOException {
    Dataset<Row> table = table(rows(50));
    SampleRanker ranker = ranker(normalisation).setAlpha(0.3).setMergeSegments(2);
    SampleRankerModel model = ranker.fit(table);
    model.write().overwrite().save(folder.resolve("model").toString());
    ranker.write().overwrite().save(folder.resolve("ranker").toString());

    SampleRankerModel read = SampleRankerModel.load(folder.resolve("model").toString());

    assertEquals(model.uid(), read.uid());
    assertEquals(model.config(), read.config());
    assertEquals(scores(model.transform(table)), scores(read.transform(table)));
    SampleRanker again = SampleRanker.load(folder.resolve("ranker").toString());
    assertEquals(ranker.config(), again.config());
    assertEquals(scores(model.transform(table)), scores(again.fit(table).transform(table)));
  }

  @Test
  void aRankerFromBeforeSegmentsCouldBeMergedMergesNone() throws IOException {
    Dataset<Row> table = table(rows(20));
    SampleRanker ranker = new SampleRanker().setAlpha(0.3);
    ranker.save(folder.resolve("ranker").toString());
    ranker.fit(table).save(folder.resolve("model").toString());
    withoutMergeSegments(folder.resolve("ranker"));
    withoutMergeSegments(folder.resolve("model"));

    assertEquals(ranker.config(), SampleRanker.load(folder.resolve("ranker").toString()).config());
    SampleRankerModel read = SampleRankerModel.load(folder.resolve("model").toString());
    assertEquals(1, read.config().mergeSegments());
    assertEquals(scores(ranker.fit(table).transform(table)), scores(read.transform(table)));
  }

  /** Takes the param out of MLlib's metadata, where it stands among the defaults. */
  private static void withoutMergeSegments(Path saved) throws IOException {
    try (Stream<Path> files = Files.list(saved.resolve("metadata"))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".crc")) {
          Files.delete(file);
        } else if (name.startsWith("part-")) {
          String text = Files.readString(file);
          String older = text.replace("\"mergeSegments\":1,", "");
          assertNotEquals(text, older, "the metadata has the param");
          Files.writeString(file, older);
        }
      }
    }
  }

  @Test
  void itIsAStageOfAPipelineThatIsSavedAndRead() throws IOException {
    Dataset<Row> table = table(rows(50));
    SQLTransformer best =
        new SQLTransformer().setStatement("SELECT * FROM __THIS__ WHERE score > 0.5");
    PipelineModel model =
        new Pipeline().setStages(new PipelineStage[] {new SampleRanker(), best}).fit(table);
    model.save(folder.resolve("pipeline").toString());
    PipelineModel read = PipelineModel.load(folder.resolve("pipeline").toString());

    List<Double> expected =
        scores(new SampleRanker().fit(table).transform(table)).stream()
            .filter(score -> score > 0.5)
            .toList();
    assertEquals(expected, scores(model.transform(table)));
    assertEquals(expected, scores(read.transform(table)));
  }

  @Test
  void paramsOfACallWinOverThoseOfTheObject() {
    Dataset<Row> table = table(rows(50));
    SampleRanker ranker = new SampleRanker();
    SampleRankerModel model = ranker.fit(table);

    List<Double> other = scores(model.transform(table, model.alpha().w(0.1)));

    assertEquals(scores(ranker.setAlpha(0.1).fit(table).transform(table)), other);
    assertEquals(RankConfig.DEFAULT, model.config());
    assertEquals(RankConfig.DEFAULT, new SampleRanker().config());
    RankConfig config =
        Preset.PAPER.config().withAlpha(0.7).withMergeSegments(4).withStrategy("hmg");
    assertEquals(config, SampleRanker.of(config).config());
  }

  @Test
  void rawTermsThatAreThereAreUsedAndTheSignalsMayBeGone() {
    Dataset<Row> table = table(rows(50));
    Dataset<Row> narrow =
        RawTerms.with(table, RankConfig.DEFAULT)
            .drop("short_loss", "long_loss", "long_segment_loss", "long_segment_attention");

    SampleRankerModel model = new SampleRanker().fit(narrow);

    assertEquals(
        scores(new SampleRanker().fit(table).transform(table)), scores(model.transform(narrow)));
  }

  @Test
  void theSchemaIsKnownBeforeTheData() {
    for (String code : Strategies.codes()) {
      SampleRanker ranker = new SampleRanker().setStrategy(code);
      Dataset<Row> table = table(rows(3)).withColumn("a.b", lit(1));
      for (SignalInput input : Strategies.of(code).inputs()) {
        if (!Arrays.asList(table.columns()).contains(input.column())) {
          table =
              table.withColumn(
                  input.column(),
                  switch (input.type()) {
                    case DOUBLE -> lit(5.0);
                    case DOUBLES -> array(lit(5.0), lit(4.0), lit(3.0));
                    case FLOATS -> array(lit(5.0f), lit(4.0f), lit(3.0f));
                  });
        }
      }
      Dataset<Row> scored = ranker.fit(table).transform(table);
      assertEquals(ranker.transformSchema(table.schema()), scored.schema(), code);
      assertEquals(scored.schema(), ranker.fit(scored).transform(scored).schema(), "once more");
    }
  }

  @Test
  void whatIsMissingIsNamedWithTheCommandThatMakesIt() {
    Dataset<Row> table = table(rows(3)).drop("long_segment_loss", "status");
    assertEquals(
        "the strategy gateau needs the column long_segment_loss, and the data set has id,"
            + " short_loss, long_loss, long_segment_attention; run gateau score --for gateau",
        message(() -> new SampleRanker().fit(table)));
    assertEquals(
        "the column long_loss is string; the strategy perplexity needs double",
        message(
            () ->
                new SampleRanker()
                    .setStrategy("perplexity")
                    .fit(table.withColumn("long_loss", table.col("id")))));
  }

  @Test
  void aParamOutOfRangeIsAnErrorThatSaysHowToMendIt() {
    SampleRanker ranker = new SampleRanker();
    assertEquals(
        "alpha 1.4 is outside [0, 1]; use 0.8 for the usual setting",
        message(() -> ranker.setAlpha(1.4)));
    assertEquals(
        "winsorise 0.5 is outside [0, 0.5); 0.01 clips one per cent at each end",
        message(() -> ranker.setWinsorise(0.5)));
    assertEquals(
        "merge-segments 0 is outside [1, 1000]; 1 takes segments as they are stored",
        message(() -> ranker.setMergeSegments(0)));
    assertEquals(
        "merge-segments 1001 is outside [1, 1000]; 1 takes segments as they are stored",
        message(() -> ranker.setMergeSegments(1001)));
    assertEquals(
        "normalisation max is not known; use min-max, z-score, rank, gateau-scripts",
        message(() -> ranker.setNormalisation("max")));
    assertEquals(
        "strategy best is not known; use " + String.join(", ", Strategies.codes()),
        message(() -> ranker.setStrategy("best")));
  }

  @Test
  void scalesOfNoRowsScoreNoRow() {
    SampleRankerModel model = new SampleRanker().fit(table(List.of()));
    assertEquals(
        "normalised_short has no scale: the data set that was fitted had no sample to rank; fit on"
            + " samples whose status is ok",
        root(() -> model.transform(table(rows(1))).collectAsList()));
  }

  @Test
  void aScoreIsExplainedInWordsAndNumbers() {
    List<Row> table = new ArrayList<>(rows(0));
    table.add(row("a", 1, 2, doubles(1, 0), doubles(3, 4)));
    table.add(row("b", 4, 1, doubles(3, 4), doubles(3, 4)));
    table.add(row("c", 2, 1, doubles(0, 0), doubles(3, 4)));
    SampleRankerModel model = new SampleRanker().fit(table(table));
    List<Row> scored = model.transform(table(table)).orderBy("id").collectAsList();

    assertEquals(
        "score 1.000 = 0.800 x 1.000 + 0.200 x 1.000; hmp 1.000 = 1.000 - 0.000: the response has"
            + " perplexity 4.000 under the short model and 1.000 under the long one; cas 1.000 is"
            + " the cosine of attention and perplexity over the segments: high where the attention"
            + " sits on segments that do not help",
        model.explain(scored.get(1)));
    assertEquals("no score: non-finite, cas is NaN", model.explain(scored.get(2)));
    for (Row row : model.explain(model.transform(table(table))).collectAsList()) {
      assertEquals(model.explain(row), row.getAs(ScoreColumns.EXPLANATION));
    }
    // The stored ranking says of no row why it is left out, since all are ranked.
    Row stored =
        model
            .explain(
                model
                    .transform(table(table))
                    .drop(ScoreColumns.EXCLUSION, ScoreColumns.EXCLUSION_DETAIL)
                    .filter("id = 'b'"))
            .head();
    assertEquals(model.explain(scored.get(1)), stored.getAs(ScoreColumns.EXPLANATION));
    assertEquals(model.explain(scored.get(1)), model.explain(stored));
  }

  @Test
  void aSmallDataSetTakesOneJobAndNoShuffle() throws Exception {
    Dataset<Row> table = table(rows(100)).coalesce(2);

    assertEquals(new SparkJobs(1, 1), SparkJobs.of(() -> new SampleRanker().fit(table)));
    for (Normalisation normalisation : Normalisation.values()) {
      assertEquals(new SparkJobs(1, 1), SparkJobs.of(() -> ranker(normalisation).fit(table)));
    }
    assertEquals(
        new SparkJobs(0, 0), SparkJobs.of(() -> new SampleRanker().setStrategy("cam").fit(table)));
    SampleRankerModel model = new SampleRanker().fit(table);
    assertEquals(new SparkJobs(1, 1), SparkJobs.of(() -> model.transform(table).collectAsList()));
  }

  private static String message(org.junit.jupiter.api.function.Executable action) {
    return assertThrows(IllegalArgumentException.class, action).getMessage();
  }

  private static String root(org.junit.jupiter.api.function.Executable action) {
    Throwable cause = assertThrows(Exception.class, action);
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage();
  }
}
