package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.pipeline.progress.PlannedWork;
import io.gateau.pipeline.progress.ScoreProgress;
import io.gateau.pipeline.progress.ScoredWork;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.testing.BreakingFileSystem;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import io.gateau.testing.BrokenCheckpoint;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trouble before and during scoring, and what the progress is told of it. */
class ScoreFailureTest {
  private static final SparkSession SPARK = SparkTestSession.spark();

  @TempDir Path folder;

  private TinyPair models;
  private String input;
  private TestRun run;

  @BeforeEach
  void makesModelsAndInput() throws IOException {
    models = TinyPair.write(folder);
    input = TestSample.writeSamples(folder.resolve("input.jsonl"), TestSample.many(6));
    run = new TestRun(folder.resolve("out"));
  }

  @AfterEach
  void mends() {
    BreakingFileSystem.mend();
  }

  /** Writes down what it is told. */
  private static class Notes implements ScoreProgress {
    PlannedWork started;
    ScoredWork last = ScoredWork.NONE;
    final List<String> told = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void start(PlannedWork work) {
      told.add("start %d %d in %d".formatted(work.rows(), work.stored(), work.tasks()));
      started = work;
    }

    @Override
    public void update(ScoredWork done) {
      told.add("update %d %d".formatted(done.rows(), done.scored().tokens()));
      last = done;
    }

    @Override
    public void finish() {
      told.add("finish");
    }

    String last(int fromEnd) {
      return told.get(told.size() - fromEnd);
    }
  }

  private String modelMessage() {
    String message =
        assertThrows(ModelException.class, () -> run.score(models, input)).getMessage();
    assertTrue(Files.notExists(run.folder()), "nothing may be written");
    return message;
  }

  @Test
  void aModelThatIsNotThereStopsTheRunBeforeAnythingIsWritten() {
    TestRun.delete(models.longModel());

    assertEquals(
        "model directory "
            + models.longModel()
            + " does not exist; give the folder that holds config.json",
        modelMessage());
  }

  @Test
  void aTensorOfTheWrongShapeStopsTheRunBeforeAnythingIsWritten() throws IOException {
    BrokenCheckpoint.wrongShape(models.longModel(), "model.layers.1.mlp.up_proj.weight");

    assertEquals(
        models.longModel().resolve("model.safetensors")
            + ": tensor model.layers.1.mlp.up_proj.weight has shape [47, 32] where config.json asks for"
            + " [48, 32]; use the config.json that belongs to these weights",
        modelMessage());
  }

  @Test
  void modelsOfTwoFamiliesStopTheRunBeforeAnythingIsWritten() throws IOException {
    models =
        models.withLongModel(
            TinyCheckpoint.tied().bos(TinyCheckpoint.Bos.ABSENT).write(folder.resolve("stranger")));

    assertEquals(
        models.longModel()
            + " and "
            + models.shortModel()
            + " have different tokenizers; homologous guidance compares two models of one family that read the same tokens",
        modelMessage());
  }

  @Test
  void anInputThatIsNotThereStopsTheRunBeforeAnythingIsWritten() {
    String missing = folder.resolve("inptu.jsonl").toString();

    assertEquals(
        "the input " + missing + " does not exist; did you mean input.jsonl in the same folder?",
        assertThrows(InputException.class, () -> run.score(models, missing)).getMessage());
    assertTrue(Files.notExists(run.folder()), "nothing may be written");
  }

  @Test
  void progressIsToldOfStartCountsAndEnd() throws IOException {
    Notes notes = new Notes();
    ScoreSamples.Result result = run.score(notes, models, input);

    assertEquals("start 6 0 in 6", notes.told.get(0));
    assertEquals("finish", notes.last(1));
    assertEquals("update 6 " + result.tokensScored(), notes.last(2));
    assertEquals(notes.started.work().flops(), notes.last.planned().flops(), 1);
    assertEquals(notes.last.scored(), notes.last.finished());
    assertEquals(
        1, notes.told.stream().filter(note -> note.equals("finish")).count(), "one finish");

    Notes again = new Notes();
    run.score(again, models, input);
    assertEquals(List.of("start 0 6 in 0", "finish"), again.told);
    assertEquals(0, SPARK.sparkContext().getPersistentRDDs().size(), "cached datasets");
    assertTrue(SPARK.sharedState().cacheManager().isEmpty(), "a dataset is still cached");
  }

  @Test
  void aModelThatGoesAwayFailsTheRunAndKeepsWhatIsStored() throws IOException {
    run.score(models, input);
    List<Path> files = run.signalFiles();
    String more = TestSample.writeSamples(folder.resolve("more.jsonl"), TestSample.many(8));
    Notes notes =
        new Notes() {
          @Override
          public void start(PlannedWork work) {
            super.start(work);
            TestRun.delete(models.longModel());
          }
        };

    ScoringFailedException failure =
        assertThrows(ScoringFailedException.class, () -> run.score(notes, models, more));

    assertTrue(
        chain(failure).contains("model directory " + models.longModel() + " does not exist"),
        chain(failure));
    assertEquals(files, run.signalFiles());
    assertEquals("scoring", state(run));
    assertTrue(notes.told.get(0).startsWith("start 2 6 "), notes.told.get(0));
    assertEquals("finish", notes.last(1));
    assertEquals(0, SPARK.sparkContext().getPersistentRDDs().size(), "cached datasets");
  }

  /* Six rows are stored before: they are not lost, and they do not hide that others are. */
  @Test
  void rowsThatCannotBeReadBackFailTheRun() throws IOException {
    run.score(models, input);
    List<Path> before = run.signalFiles();
    String more = TestSample.writeSamples(folder.resolve("more.jsonl"), TestSample.many(9));
    Notes notes =
        new Notes() {
          @Override
          public void finish() {
            super.finish();
            try {
              List<Path> files = new ArrayList<>(run.signalFiles());
              files.removeAll(before);
              Files.delete(files.get(0));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };

    InputException failure =
        assertThrows(InputException.class, () -> run.score(notes, models, more));

    assertEquals(
        "3 rows were counted as scored, but 2 of them can be read back from "
            + run.folder()
            + ": the executors wrote to a folder of that name that the driver does not see; name an"
            + " output that all machines share, such as hdfs://, s3a:// or a shared mount, and score"
            + " again",
        failure.getMessage());
    assertEquals("scoring", state(run));
    assertEquals(0, SPARK.sparkContext().getPersistentRDDs().size(), "cached datasets");
    assertEquals(1, run.score(models, more).scored(), "what was read back is stored");
  }

  @Test
  void aModelThatChangesUnderTheRunFailsIt() throws IOException {
    Notes notes =
        new Notes() {
          @Override
          public void start(PlannedWork work) {
            try {
              TinyCheckpoint.tied().seed(99).write(models.longModel());
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };

    ModelException failure =
        assertThrows(ModelException.class, () -> run.score(notes, models, input));

    assertTrue(
        chain(failure)
            .contains(
                models.longModel() + " holds another model on this machine than on the driver's"),
        chain(failure));
    assertTrue(
        chain(failure)
            .contains(
                "copy the same files to every machine, and restart Spark if they have changed"),
        chain(failure));
    assertEquals(List.of(), run.signalFiles(), "no signal may be stored");
  }

  private static String state(TestRun run) throws IOException {
    return new ObjectMapper()
        .readTree(Files.readString(run.folder().resolve("manifest.json")))
        .at("/score/state")
        .asText();
  }

  private static String chain(Throwable failure) {
    StringBuilder messages = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      messages.append(cause.getMessage()).append('\n');
    }
    return messages.toString();
  }

  @Test
  void whatATaskHasStoredBeforeItFailsIsNotScoredAgain() throws Exception {
    BreakingFileSystem.register(SPARK);
    TestRun breaking = new TestRun("breaking:" + run.folder());
    AtomicInteger stored = new AtomicInteger();
    BreakingFileSystem.fail(
        (operation, path) ->
            operation.equals("rename")
                && path.getName().startsWith("scored-")
                && stored.incrementAndGet() > 16);

    assertThrows(
        ScoringFailedException.class, () -> breaking.score(models.withCheckpointSeconds(0), input));
    // The other core's task may outlive the job, and must not find the disk mended.
    while (SPARK.sparkContext().statusTracker().getExecutorInfos()[0].numRunningTasks() > 0) {
      Thread.sleep(20);
    }
    BreakingFileSystem.mend();
    ScoreSamples.Result again = breaking.score(models, input);

    // Four files make a sample complete, and each of the two tasks may have begun another one.
    assertTrue(again.stored() == 3 || again.stored() == 4, again.toString());
    assertEquals(6, again.stored() + again.scored());
    assertEquals(6, breaking.signal(TestRun.SEGMENT_LOSS).size());
  }

  @Test
  void anOverflowInTheModelIsStoredAsNonFinite() throws IOException {
    float[] huge = new float[32];
    Arrays.fill(huge, 3e38f);
    BrokenCheckpoint.setTensor(models.longModel(), "model.norm.weight", huge);

    run.score(models, input);

    run.signalRows(TestRun.LONG_LOSS)
        .forEach(row -> assertEquals("non-finite", row.getAs("status")));
    run.signalRows(TestRun.SHORT_LOSS).forEach(row -> assertEquals("ok", row.getAs("status")));
    assertEquals(0, run.score(models, input).scored());
  }
}
