package io.gateau.train;

import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.Tokenizer;
import io.gateau.train.Stage.Pace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Trains a small model further on selected samples and measures its recall of planted facts that it
 * has not seen: the last step of GATEAU (arXiv 2410.15633, section 4.3) in miniature.
 */
public final class FineTune {
  private static final long PROBE_SEED = 404;

  private final Path base;
  private double ropeTheta = PairCurriculum.LONG_THETA;
  private int steps = 200;
  private double learningRate = 1e-3;
  private int probes = 40;
  private List<Integer> distances = List.of(256, 512, 1024, 2048, 3072);

  private FineTune(Path base) {
    this.base = base;
  }

  /** Starts from the checkpoint in a directory, which stays as it is. */
  public static FineTune from(Path base) {
    return new FineTune(base);
  }

  /** The rotary base to train with. */
  public FineTune ropeTheta(double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException("rotary base " + value + "; give a positive one");
    }
    ropeTheta = value;
    return this;
  }

  /** Number of steps, of one sample each; the learning rate cools down to almost nothing. */
  public FineTune steps(int value) {
    if (value < 1) {
      throw new IllegalArgumentException(value + " steps; give at least one");
    }
    steps = value;
    return this;
  }

  public FineTune learningRate(double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException("learning rate " + value + "; give a positive one");
    }
    learningRate = value;
    return this;
  }

  /** Samples for each number measured. */
  public FineTune probes(int value) {
    probes = value;
    return this;
  }

  /** At which distances recall is measured, in tokens. */
  public FineTune distances(List<Integer> values) {
    distances = List.copyOf(values);
    return this;
  }

  /** Samples that a run reads. */
  int steps() {
    return steps;
  }

  /**
   * Trains on samples in the order given and measures.
   *
   * @return recall by distance, each in [0, 1]
   */
  public Map<Integer, Double> on(List<InstructionSample> samples) {
    return result(samples, steps);
  }

  /** Recall of the base itself. */
  public Map<Integer, Double> untrained() {
    return result(List.of(), 0);
  }

  private Map<Integer, Double> result(List<InstructionSample> samples, int wanted) {
    Path tuned = temporary();
    try {
      try (DecoderTrainer trainer = DecoderTrainer.open(base, AdamConfig.DEFAULT);
          Tokenizer tokenizer = Tokenizer.open(base)) {
        trainer.ropeTheta(ropeTheta);
        if (wanted > 0) {
          Stage stage =
              new Stage(
                  "fine-tune",
                  ropeTheta,
                  wanted,
                  learningRate,
                  Pace.COOLING,
                  0,
                  () -> new AnswerTask(samples, tokenizer));
          new Training(List.of(stage), point -> {}).run(trainer, stage);
        }
        trainer.save(tuned, PairCurriculum.LONG_WINDOW);
      }
      try (RecallProbe probe = RecallProbe.of(tuned, probes, PROBE_SEED)) {
        Map<Integer, Double> recall = new LinkedHashMap<>();
        distances.forEach(distance -> recall.put(distance, probe.atDistance(distance)));
        return recall;
      }
    } finally {
      delete(tuned);
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("gateau-fine-tune");
    } catch (IOException e) {
      throw new ModelException(
          "no folder can be made in "
              + System.getProperty("java.io.tmpdir")
              + "; set java.io.tmpdir to one that can be written",
          e);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new ModelException(directory + " cannot be removed: " + e.getMessage(), e);
    }
  }
}
