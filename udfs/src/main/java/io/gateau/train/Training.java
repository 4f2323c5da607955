package io.gateau.train;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Runs the stages of a training and reports its progress. */
final class Training {
  /** Weight of the earlier steps in the running mean of the loss. */
  private static final double LOSS_DECAY = 0.95;

  /** Steps before the running mean may end a stage. */
  private static final int MIN_STEPS = 20;

  private static final int REPORT_EVERY = 10;

  private final List<Stage> stages;
  private final Consumer<TrainingProgress> progress;
  private final long start = System.nanoTime();
  private long tokens;
  private int stepsDone;

  /**
   * Plans the stages that {@link #run} then runs one by one.
   *
   * @param progress called every few steps and after the last one of a stage
   */
  Training(List<Stage> stages, Consumer<TrainingProgress> progress) {
    this.stages = List.copyOf(stages);
    this.progress = progress;
  }

  /** Runs one of the planned stages on a trainer. */
  void run(DecoderTrainer trainer, Stage stage) {
    trainer.ropeTheta(stage.ropeTheta());
    TrainingSource source = stage.source().get();
    double mean = 0;
    for (int step = 0; step < stage.steps(); step++) {
      TrainingBatch batch = source.next();
      DecoderTrainer.Step done = trainer.step(batch, stage.rate(step));
      tokens += batch.size();
      stepsDone++;
      mean = step == 0 ? done.loss() : LOSS_DECAY * mean + (1 - LOSS_DECAY) * done.loss();
      boolean last = step == stage.steps() - 1 || (step >= MIN_STEPS && mean < stage.targetLoss());
      if (last || (step + 1) % REPORT_EVERY == 0) {
        progress.accept(
            new TrainingProgress(
                stage.name(),
                step + 1,
                stage.steps(),
                tokens,
                mean,
                done.gradientNorm(),
                elapsed(),
                elapsed().dividedBy(stepsDone).multipliedBy(stepsLeft(stage, step + 1))));
      }
      if (last) {
        return;
      }
    }
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private int stepsLeft(Stage stage, int done) {
    int after = stages.indexOf(stage) + 1;
    return stage.steps()
        - done
        + stages.subList(after, stages.size()).stream().mapToInt(Stage::steps).sum();
  }
}
