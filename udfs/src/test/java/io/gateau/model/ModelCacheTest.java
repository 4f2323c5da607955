package io.gateau.model;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.Processor;
import io.gateau.testing.StoredDtype;
import io.gateau.testing.TinyCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCacheTest {
  @TempDir Path temporary;
  private Path directory;

  @BeforeEach
  void write() throws Exception {
    directory = TinyCheckpoint.tied().write(temporary.resolve("model"));
  }

  @AfterEach
  void close() {
    ModelCache.closeAll();
  }

  @Test
  void eightThreadsAtOnceLoadAModelOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      CountDownLatch start = new CountDownLatch(8);
      List<Future<LoadedModel>> loaded = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        double theta = 10_000 + i;
        loaded.add(
            threads.submit(
                () -> {
                  start.countDown();
                  start.await();
                  return ModelCache.get(spec(directory, theta, "cpu"));
                }));
      }
      for (Future<LoadedModel> model : loaded) {
        assertSame(loaded.get(0).get(), model.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /* Eight GPUs load at once: no device waits for the lock of another one. */
  @Test
  void aDeviceLoadsWhileAnotherOneIsLoading() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      synchronized (ModelCache.of(Device.gpu(0))) {
        Future<LoadedModel> loaded =
            other.submit(
                () ->
                    ModelCache.get(
                        ModelCache.resolve(
                            new ModelSpec(directory.toString(), 1, Dtype.AUTO, "cpu"),
                            Processor.CPU)));

        assertEquals(
            Checkpoint.open(directory).fingerprint(), loaded.get(1, MINUTES).fingerprint());
      }
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void oneDirectoryUnderManyNamesIsOneModel() throws Exception {
    Path link = Files.createSymbolicLink(temporary.resolve("link"), directory);
    LoadedModel model = ModelCache.get(spec(directory, 1, "cpu"));

    assertSame(model, ModelCache.get(spec(link, 2, "cpu")));
    assertSame(model, ModelCache.get(spec(directory.resolve("../model"), 3, "cpu")));
  }

  @Test
  void autoAndTheDeviceThatItMeansAreOneModel() {
    assumeTrue(Engine.getEngine("PyTorch").getGpuCount() == 0);

    assertSame(
        ModelCache.get(spec(directory, 1, "auto")), ModelCache.get(spec(directory, 1, "cpu")));
  }

  @Test
  void anotherDtypeIsAnotherModel() {
    ModelSpec bfloat16 = new ModelSpec(directory.toString(), 1, Dtype.BFLOAT16, "cpu");

    assertNotSame(ModelCache.get(spec(directory, 1, "cpu")), ModelCache.get(bfloat16));
  }

  @Test
  void afterClosingAllAModelIsLoadedAnewAndGivesTheSameNumbers() {
    LoadedModel before = ModelCache.get(spec(directory, 1, "cpu"));
    double[] numbers = score(spec(directory, 10_000, "cpu"));
    ModelCache.closeAll();

    assertNotSame(before, ModelCache.get(spec(directory, 1, "cpu")));
    assertArrayEquals(numbers, score(spec(directory, 10_000, "cpu")), 1e-6);
    assertEquals(before.fingerprint(), ModelCache.get(spec(directory, 1, "cpu")).fingerprint());
  }

  @Test
  void aModelThatCannotBeLoadedIsTriedAgain() throws Exception {
    Path missing = temporary.resolve("later");
    ModelSpec spec = spec(missing, 10_000, "cpu");
    assertEquals(
        "model directory " + missing + " does not exist; give the folder that holds config.json",
        assertThrows(ModelException.class, () -> ModelCache.get(spec)).getMessage());
    TinyCheckpoint.tied().write(missing);

    assertEquals(3, score(spec).length);
  }

  @Test
  void theFingerprintIsOfTheBytesAndNotOfThePlace() throws Exception {
    String one = Checkpoint.open(directory).fingerprint();
    Path copy = TinyCheckpoint.tied().write(temporary.resolve("copy"));
    Path other = TinyCheckpoint.tied().seed(5).write(temporary.resolve("other"));
    Path otherTheta = TinyCheckpoint.tied().ropeTheta(5).write(temporary.resolve("based"));

    assertEquals(one, Checkpoint.open(copy).fingerprint());
    assertNotEquals(one, Checkpoint.open(other).fingerprint());
    assertNotEquals(one, Checkpoint.open(otherTheta).fingerprint());
    assertEquals(
        Checkpoint.open(directory).tokenizerDigest(), Checkpoint.open(other).tokenizerDigest());
  }

  @Test
  void aModelIsLoadedOnlyInAResolvedDtype() throws Exception {
    Path directory =
        TinyCheckpoint.tied().dtype(StoredDtype.BF16).write(temporary.resolve("bfloat16"));
    ModelSpec auto = new ModelSpec(directory.toString(), 0, Dtype.AUTO, "cpu");

    String complaint =
        assertThrows(IllegalArgumentException.class, () -> ModelCache.get(auto)).getMessage();
    assertTrue(complaint.endsWith(" is still auto; decide it before loading the model"), complaint);
    ModelSpec float32 = ModelCache.resolve(auto, Processor.CPU);
    ModelSpec bfloat16 = ModelCache.resolve(auto, Processor.CPU_WITH_BFLOAT16);
    assertEquals(auto.withDtype(Dtype.FLOAT32), float32);
    assertEquals(auto.withDtype(Dtype.BFLOAT16), bfloat16);
    assertSame(float32, ModelCache.resolve(float32, Processor.GPU), "a resolved dtype stays");
    assertNotSame(ModelCache.get(float32), ModelCache.get(bfloat16));
  }

  private static double[] score(ModelSpec spec) {
    return ModelCache.decoder(spec).negativeLogLikelihood(new int[][] {{1, 2, 3, 4, 5}}, 3)[0];
  }

  private static ModelSpec spec(Path path, double theta, String device) {
    return new ModelSpec(path.toString(), theta, Dtype.FLOAT32, device);
  }
}
