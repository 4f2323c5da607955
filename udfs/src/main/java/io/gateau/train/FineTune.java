package io.gateau.train;

import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.Tokenizer;
import io.gateau.train.Stage.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Fine-tunes a small model on selected samples and measures its recall of planted facts that are
 * not among them: the last step of GATEAU (arXiv 2410.15633, section 4.3) on a small scale.
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

  /** Fine-tunes the checkpoint in a directory, which is not changed. */
  public static FineTune from(Path base) {
    return new FineTune(base);
  }

  /** The rotary base to train with, positive. */
  public FineTune ropeTheta(double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException("rotary base %s; give a positive one".formatted(value));
    }
    ropeTheta = value;
    return this;
  }

  /** Number of steps, of one sample each; the learning rate falls to almost nothing over them. */
  public FineTune steps(int value) {
    if (value < 1) {
      throw new IllegalArgumentException(value + " steps; give at least one");
    }
    steps = value;
    return this;
  }

  /** The highest learning rate of Adam, positive. */
  public FineTune learningRate(double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException("learning rate %s; give a positive one".formatted(value));
    }
    learningRate = value;
    return this;
  }

  /** Number of samples for each measurement of recall, 1 or more. */
  public FineTune probes(int value) {
    probes = value;
    return this;
  }

  /** The distances at which recall is measured, in tokens from the end of the context. */
  public FineTune distances(List<Integer> values) {
    distances = List.copyOf(values);
    return this;
  }

  /** Number of training steps, one sample each. */
  int steps() {
    return steps;
  }

  /**
   * Trains on samples in the order given and measures recall.
   *
   * @param samples one or more
   * @return recall by distance, each in [0, 1]
   * @throws ModelException if the model cannot be read, or a temporary copy cannot be written
   */
  public Map<Integer, Double> on(List<InstructionSample> samples) {
    return recall(samples, steps);
  }

  /** Recall of the model without fine-tuning, by distance, each in [0, 1]. */
  public Map<Integer, Double> untrained() {
    return recall(List.of(), 0);
  }

  private Map<Integer, Double> recall(List<InstructionSample> samples, int trainedSteps) {
    Path tuned = temporary();
    try {
      try (DecoderTrainer trainer = DecoderTrainer.open(base, AdamConfig.DEFAULT);
          Tokenizer tokenizer = Tokenizer.open(base)) {
        trainer.ropeTheta(ropeTheta);
        if (trainedSteps > 0) {
          Stage stage =
              new Stage(
                  "fine-tune",
                  ropeTheta,
                  trainedSteps,
                  learningRate,
                  Schedule.LINEAR_DECAY,
                  0,
                  () -> new AnswerTask(samples, tokenizer));
          new Training(List.of(stage), progress -> {}).run(trainer, stage);
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
          "no folder can be made in %s; set java.io.tmpdir to one that can be written"
              .formatted(System.getProperty("java.io.tmpdir")),
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
      throw new ModelException("%s cannot be removed: %s".formatted(directory, e.getMessage()), e);
    }
  }
}
