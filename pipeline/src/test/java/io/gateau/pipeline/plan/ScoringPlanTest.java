package io.gateau.pipeline.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.bench.ModelShape;
import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.samples.PlacedTexts;
import io.gateau.pipeline.samples.SampleTable;
import io.gateau.pipeline.signals.PendingSamples;
import io.gateau.pipeline.testing.CountingFileSystem;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestFiles;
import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import io.gateau.score.ResponseLoss;
import io.gateau.score.ScoringConfig;
import io.gateau.score.SegmentLoss;
import io.gateau.score.cost.SampleCost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans of real files: which samples lie in which task, and that their texts are found again. */
class ScoringPlanTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final Configuration HADOOP = SPARK.sparkContext().hadoopConfiguration();
  private static final List<ModelSignal> SIGNALS =
      List.of(ModelSignal.ofLong(new ResponseLoss()), ModelSignal.ofLong(new SegmentLoss()));
  private static final PendingCost COST =
      new PendingCost(
          SIGNALS,
          new SampleCost(Map.of(ModelRole.LONG, ModelShape.SMALL.config()), ScoringConfig.DEFAULT),
          TextLengths.TYPICAL,
          ScoringConfig.DEFAULT.maxTokens());

  @TempDir Path input;
  @TempDir Path signals;
  @TempDir Path spark;

  /** A record whose context has so many characters, more or less. */
  private static String record(String id, int characters) {
    return TestFiles.good(id).replace("doc", ("doc of " + id + " ").repeat(characters / 10 + 1));
  }

  private static List<String> records(String prefix, int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> record(prefix + i, 10 * (i + 1))).toList();
  }

  private Dataset<Row> pending() {
    return SampleTable.of(SampleReader.read(SPARK, config()))
        .where(col(RecordColumns.REASON).isNull())
        .withColumn(PendingSamples.STORED, lit(0L));
  }

  private ReadConfig config() {
    return ReadConfig.of(input.toString());
  }

  private ScoringPlan plan(Dataset<Row> pending, int slots) {
    return plan(pending, slots, config());
  }

  private ScoringPlan plan(Dataset<Row> pending, int slots, ReadConfig config) {
    return new ScoringPlanner(
            SPARK,
            new org.apache.hadoop.fs.Path(signals.toUri()),
            config,
            COST,
            new TaskCost(false, slots))
        .plan("run", pending, PendingCount.of(pending));
  }

  private static List<PlannedSample> samples(ScoringPlan plan) throws IOException {
    List<PlannedSample> samples = new ArrayList<>();
    for (PlannedTask task : plan.tasks()) {
      samples.addAll(task.samples(HADOOP));
    }
    return samples;
  }

  private Map<String, String> contexts(ScoringPlan plan) throws IOException {
    Map<String, String> contexts = new TreeMap<>();
    try (PlacedTexts texts = new PlacedTexts(config(), HADOOP)) {
      for (PlannedSample sample : samples(plan)) {
        String context =
            texts
                .read(sample.file(), sample.place(), sample.contentKey())
                .parsed()
                .context()
                .orElseThrow();
        assertTrue(contexts.put(sample.contentKey(), context) == null, "a sample twice");
      }
    }
    return contexts;
  }

  private static Map<String, String> contexts(Dataset<Row> records) {
    return records.where(col(RecordColumns.REASON).isNull()).collectAsList().stream()
        .collect(
            Collectors.toMap(
                row -> row.<String>getAs(RecordColumns.CONTENT_KEY),
                row -> row.<String>getAs(RecordColumns.CONTEXT)));
  }

  private void writeParquet(List<String> records) {
    SPARK
        .read()
        .json(SPARK.createDataset(records, Encoders.STRING()))
        .write()
        .parquet(spark.resolve("p").toString());
    try (Stream<Path> files = Files.list(spark.resolve("p"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".parquet")).toList()) {
        Files.move(file, input.resolve(file.getFileName()));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void everySampleIsInOneTaskAndItsTextsAreFoundWhateverTheFile() throws IOException {
    TestFiles.write(input, "a.jsonl", String.join("\n", records("a", 0, 30)));
    TestFiles.write(input, "array.json", "[" + String.join(",\n", records("j", 0, 5)) + "]");
    TestFiles.write(
        input,
        "b.jsonl.gz",
        TestFiles.gzip(
            String.join("\n", records("béèñ\uD83C\uDF70", 0, 20))
                .getBytes(StandardCharsets.UTF_8)));
    writeParquet(records("p", 0, 20));
    Map<String, String> expected = contexts(SampleReader.read(SPARK, config()));
    assertEquals(75, expected.size());

    try (ScoringPlan plan = plan(pending().repartition(7), 2)) {
      assertEquals(expected, contexts(plan));
      assertEquals(75, plan.tasks().stream().mapToInt(PlannedTask::rows).sum());
    }
  }

  @Test
  void tasksAreSimilarAndTheLargestComesFirst() throws IOException {
    TestFiles.write(input, "a.jsonl", String.join("\n", records("a", 0, 400)));

    try (ScoringPlan plan = plan(pending(), 2)) {
      List<Double> work = plan.tasks().stream().map(task -> task.work().flops()).toList();
      assertEquals(work.stream().sorted((a, b) -> Double.compare(b, a)).toList(), work);
      double mean = plan.work().flops() / 32;
      assertTrue(work.get(0) < 1.5 * mean, work.get(0) + " beside a mean of " + mean);
      assertTrue(work.size() >= 28 && work.size() <= 40, work.size() + " tasks");
      int first = plan.tasks().get(0).rows();
      int most = plan.tasks().stream().mapToInt(PlannedTask::rows).max().orElseThrow();
      assertTrue(most > 5 * first, "short samples share a task: " + first + " and " + most);
    }
  }

  @Test
  void aGiantIsATaskAloneAndTheFirstOne() throws IOException {
    List<String> records = new ArrayList<>(records("a", 0, 60));
    records.add(20, record("giant", 300_000));
    TestFiles.write(input, "a.jsonl", String.join("\n", records));

    try (ScoringPlan plan = plan(pending(), 2)) {
      PlannedTask first = plan.tasks().get(0);
      assertEquals(1, first.rows());
      assertEquals(21, first.samples(HADOOP).get(0).line());
      assertTrue(first.work().flops() > plan.work().flops() / 2);
    }
  }

  /* The executors that are there when a job starts may be few. */
  @Test
  void muchWorkIsManyTasksHoweverFewSlotsThereAre() {
    assertEquals(3e12, new TaskCost(false, 1).flops(3e12 * 5_000));
    assertEquals(3e15, new TaskCost(true, 1).flops(3e15 * 5_000));
    assertEquals(1e12 / 64, new TaskCost(false, 4).flops(1e12));
    assertEquals(1e22 / 100_000, new TaskCost(true, 8).flops(1e22), 1e4);
  }

  @Test
  void storedSignalsCostNothing() throws IOException {
    TestFiles.write(input, "a.jsonl", String.join("\n", records("a", 300, 304)));
    Dataset<Row> all = pending();

    try (ScoringPlan both = plan(all, 1);
        ScoringPlan one = plan(all.withColumn(PendingSamples.STORED, lit(2L)), 1)) {
      assertTrue(one.work().tokens() < both.work().tokens());
      assertEquals(
          List.of(2L), samples(one).stream().map(PlannedSample::stored).distinct().toList());
    }
  }

  /* A task of a retry or on another executor reads the plan, and never the archive. */
  @Test
  void anArchiveIsReadForThePlanAndNotByTheTasks() throws IOException {
    CountingFileSystem.register(SPARK);
    TestFiles.write(
        input,
        "a.jsonl.gz",
        TestFiles.gzip(String.join("\n", records("a", 0, 50)).getBytes(StandardCharsets.UTF_8)));
    ReadConfig counted = ReadConfig.of("counting:" + input + "/*");
    Dataset<Row> pending =
        SampleTable.of(SampleReader.read(SPARK, counted))
            .where(col(RecordColumns.REASON).isNull())
            .withColumn(PendingSamples.STORED, lit(0L))
            .localCheckpoint();
    CountingFileSystem.reset();

    try (ScoringPlan plan = plan(pending, 2, counted)) {
      assertEquals(List.of("a.jsonl.gz"), CountingFileSystem.opened());
      assertEquals(50, contexts(plan).size());
      assertEquals(List.of("a.jsonl.gz"), CountingFileSystem.opened());
    }
  }

  @Test
  void aPlanIsDeletedWhenItIsClosedAndOldOnesAreSwept() throws IOException {
    TestFiles.write(input, "a.jsonl", String.join("\n", records("a", 0, 4)));
    ScoringPlan plan = plan(pending(), 1);
    assertEquals(1, folders());

    ScoringPlan.deleteOld(new org.apache.hadoop.fs.Path(signals.toUri()), HADOOP);
    assertEquals(0, folders());

    plan.close();
    plan(pending(), 1).close();
    assertEquals(0, folders());
    ScoringPlan.deleteOld(new org.apache.hadoop.fs.Path(signals.toUri() + "/none"), HADOOP);
  }

  @Test
  void anInputThatIsGoneIsToldAndLeavesNoPlan() throws IOException {
    TestFiles.write(input, "a.jsonl", String.join("\n", records("a", 0, 4)));
    TestFiles.write(input, "b.jsonl", record("b", 10));
    Dataset<Row> pending = pending().localCheckpoint();
    Files.delete(input.resolve("a.jsonl"));

    Exception thrown = assertThrows(Exception.class, () -> plan(pending, 1));

    assertTrue(causes(thrown).anyMatch(InputException.class::isInstance), thrown.toString());
    assertEquals(0, folders());
  }

  private static Stream<Throwable> causes(Throwable thrown) {
    return Stream.iterate(thrown, cause -> cause != null, Throwable::getCause);
  }

  private long folders() throws IOException {
    try (Stream<Path> files = Files.list(signals)) {
      return files.count();
    }
  }
}
