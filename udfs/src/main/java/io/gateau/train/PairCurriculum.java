package io.gateau.train;

import io.gateau.planted.IntRange;
import io.gateau.planted.TrainingTextConfig;
import io.gateau.planted.Vocabulary;
import io.gateau.train.Stage.Schedule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the embedded pair is made: the sizes of its models and the stages of their training. The
 * short model learns to copy, then to recall over growing lengths; the long model continues from it
 * with a larger rotary base.
 */
final class PairCurriculum {
  static final double SHORT_THETA = 10_000;
  static final double LONG_THETA = 100_000;
  static final int SHORT_WINDOW = 512;
  static final int LONG_WINDOW = 4096;
  static final LlamaConfig MODEL = new LlamaConfig(2, 128, 4, 256, SHORT_WINDOW, SHORT_THETA);

  private static final String UNKNOWN = "[UNK]";
  private static final int BATCH_TOKENS = 4096;
  private static final List<Integer> ALL_LENGTHS =
      List.of(256, 512, 1024, 2048, 2048, 4096, 4096, 4096);
  private static final List<Integer> MOSTLY_BEYOND_WINDOW =
      List.of(256, 1024, 2048, 4608, 4608, 4608, 4608, 4608);
  private static final TrainingTextConfig FIRST =
      new TrainingTextConfig(new IntRange(4, 12), new IntRange(1, 1), 0, 0, 0, 0.2, 40);
  private static final TrainingTextConfig SHORT =
      new TrainingTextConfig(new IntRange(6, 12), new IntRange(1, 2), 0, 0.2, 0.1, 0.1, 60);
  private static final TrainingTextConfig LONG =
      new TrainingTextConfig(new IntRange(12, 24), new IntRange(1, 2), 0, 0.15, 0.1, 0.1, 80);

  /** With fewer questions than {@link #LONG}, so that facts can be a whole window before them. */
  private static final TrainingTextConfig FAR =
      new TrainingTextConfig(new IntRange(8, 16), new IntRange(1, 2), 0, 0.15, 0.1, 0.1, 80);

  private final long seed;
  private final List<String> vocabulary = new ArrayList<>();
  private final Map<String, Integer> ids = new HashMap<>();

  PairCurriculum(long seed) {
    this.seed = seed;
    vocabulary.add(UNKNOWN);
    vocabulary.addAll(Vocabulary.words());
    for (int id = 0; id < vocabulary.size(); id++) {
      ids.put(vocabulary.get(id), id);
    }
  }

  /** Words in the order of their ids. */
  List<String> vocabulary() {
    return List.copyOf(vocabulary);
  }

  /** The stages of the short model, from random weights. */
  List<Stage> shortStages() {
    return List.of(
        new Stage(
            "copy 64",
            SHORT_THETA,
            900,
            2e-3,
            Schedule.CONSTANT,
            0.5,
            () -> new CopyTask(vocabulary.size(), BATCH_TOKENS / 64, 64, seed)),
        recall(FIRST, 128, SHORT_THETA, 150, 2e-3, Schedule.CONSTANT),
        recall(SHORT, 256, SHORT_THETA, 300, 2e-3, Schedule.CONSTANT),
        recall(SHORT, SHORT_WINDOW, SHORT_THETA, 300, 2e-3, Schedule.LINEAR_DECAY));
  }

  /** The first stages of the long model, from the short one. */
  List<Stage> longStages() {
    return List.of(
        recall(LONG, 1024, LONG_THETA, 120, 1.5e-3, Schedule.CONSTANT),
        recall(LONG, 2048, LONG_THETA, 120, 1.5e-3, Schedule.CONSTANT));
  }

  /**
   * The last stages of the long model, each from the saved model with new moments. First texts of
   * every length, so that the model does not unlearn short ones: scoring computes segments alone.
   * Then mostly texts that are longer than the window, so that its far end is trained well.
   */
  List<Stage> lastStages() {
    return List.of(
        recall(
            "recall 256-4096", LONG, ALL_LENGTHS, LONG_THETA, 240, 1.5e-3, Schedule.LINEAR_DECAY),
        recall(
            "recall 4608 mostly",
            FAR,
            MOSTLY_BEYOND_WINDOW,
            LONG_THETA,
            1000,
            1.5e-3,
            Schedule.LINEAR_DECAY));
  }

  private Stage recall(
      TrainingTextConfig texts,
      int tokens,
      double theta,
      int steps,
      double rate,
      Schedule schedule) {
    return recall("recall " + tokens, texts, List.of(tokens), theta, steps, rate, schedule);
  }

  private Stage recall(
      String name,
      TrainingTextConfig texts,
      List<Integer> lengths,
      double theta,
      int steps,
      double rate,
      Schedule schedule) {
    long stageSeed = seed + lengths.stream().mapToInt(Integer::intValue).sum();
    return new Stage(
        name,
        theta,
        steps,
        rate,
        schedule,
        0,
        () -> new RecallTask(texts, ids, BATCH_TOKENS, lengths, stageSeed));
  }
}
