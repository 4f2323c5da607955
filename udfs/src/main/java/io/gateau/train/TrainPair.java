package io.gateau.train;

import io.gateau.model.checkpoint.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Makes a homologous pair from nothing but a seed: {@code short}, trained on short windows, and
 * {@code long}, the same model trained on over longer ones with a larger rotary base (GATEAU, arXiv
 * 2410.15633, section 3.1: two models that differ in their context window only). On one machine and
 * one number of threads the same seed gives the same bytes.
 */
public final class TrainPair {
  /** Distances at which recall is measured, in tokens. */
  static final List<Integer> DISTANCES = List.of(128, 256, 384, 512, 1024, 2048, 3072, 4000);

  private static final int PROBES = 100;
  private static final long PROBE_SEED = 77;

  private final Path output;
  private long seed = 1;
  private Consumer<TrainingProgress> progress = point -> {};

  private TrainPair(Path output) {
    this.output = output;
  }

  /** Writes into {@code output/short} and {@code output/long}, and {@code output/curve.csv}. */
  public static TrainPair into(Path output) {
    return new TrainPair(output);
  }

  public TrainPair seed(long value) {
    seed = value;
    return this;
  }

  /** Whom to tell where training is, every few steps. */
  public TrainPair progress(Consumer<TrainingProgress> consumer) {
    progress = consumer;
    return this;
  }

  /**
   * What was made.
   *
   * @param recall by distance
   * @param checksums SHA-256 of every file written, by its path in the output
   * @param elapsed of training and measuring
   */
  public record Result(List<RecallRow> recall, Map<String, String> checksums, Duration elapsed) {
    public Result {
      recall = List.copyOf(recall);
      checksums = new TreeMap<>(checksums);
    }
  }

  /**
   * Trains both.
   *
   * @throws ModelException if the output is not empty or cannot be written
   */
  public Result execute() {
    long start = System.nanoTime();
    requireEmpty();
    PairCurriculum curriculum = new PairCurriculum(seed);
    List<Stage> shortStages = curriculum.shortStages();
    List<Stage> longStages = curriculum.longStages();
    Path shortModel = output.resolve("short");
    Path longModel = output.resolve("long");
    StringBuilder curve = new StringBuilder("stage,step,tokens,loss\n");
    Consumer<TrainingProgress> recorded =
        point -> {
          curve.append(
              String.format(
                  Locale.ROOT,
                  "%s,%d,%d,%.4f%n",
                  point.stage(),
                  point.step(),
                  point.tokens(),
                  point.loss()));
          progress.accept(point);
        };
    PairCurriculum.SHAPE.write(shortModel, curriculum.vocabulary(), seed);
    List<Stage> lastStages = curriculum.lastStages();
    Training training =
        new Training(
            Stream.of(shortStages, longStages, lastStages).flatMap(List::stream).toList(),
            recorded);
    try (DecoderTrainer trainer = DecoderTrainer.open(shortModel, AdamConfig.DEFAULT)) {
      shortStages.forEach(stage -> training.run(trainer, stage));
      trainer.saveWithWindow(shortModel, PairCurriculum.SHORT_WINDOW);
      longStages.forEach(stage -> training.run(trainer, stage));
      trainer.save(longModel, PairCurriculum.LONG_WINDOW);
    }
    for (Stage stage : lastStages) {
      try (DecoderTrainer trainer = DecoderTrainer.open(longModel, AdamConfig.DEFAULT)) {
        training.run(trainer, stage);
        trainer.save(longModel, PairCurriculum.LONG_WINDOW);
      }
    }
    List<Double> shortRecall = recall(shortModel);
    List<Double> longRecall = recall(longModel);
    List<RecallRow> rows = new ArrayList<>();
    for (int i = 0; i < DISTANCES.size(); i++) {
      rows.add(new RecallRow(DISTANCES.get(i), shortRecall.get(i), longRecall.get(i)));
    }
    try {
      Files.writeString(output.resolve("curve.csv"), curve);
      Map<String, String> checksums = new TreeMap<>();
      for (String model : List.of("short", "long")) {
        for (String file : List.of("config.json", "tokenizer.json", "model.safetensors")) {
          checksums.put(model + "/" + file, sha256(output.resolve(model).resolve(file)));
        }
      }
      return new Result(rows, checksums, Duration.ofNanos(System.nanoTime() - start));
    } catch (IOException e) {
      throw new ModelException(output + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static List<Double> recall(Path model) {
    try (RecallProbe probe = RecallProbe.of(model, PROBES, PROBE_SEED)) {
      return DISTANCES.stream().map(probe::atDistance).toList();
    }
  }

  private void requireEmpty() {
    if (Files.exists(output.resolve("short")) || Files.exists(output.resolve("long"))) {
      throw new ModelException(
          output + " already holds a pair; give another --output, or remove it first");
    }
  }

  private static String sha256(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
