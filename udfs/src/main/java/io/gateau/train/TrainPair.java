package io.gateau.train;

import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.SafetensorsFile;
import io.gateau.model.checkpoint.Tokenizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Makes a homologous pair from a seed: {@code short}, trained on short sequences, and {@code long},
 * the same model trained further on longer ones with a larger rotary base (GATEAU, arXiv
 * 2410.15633, section 3.1: two models that differ only in their context window). On one machine and
 * with one number of threads the same seed gives the same bytes.
 */
public final class TrainPair {
  /** Distances at which recall is measured, in tokens. */
  static final List<Integer> DISTANCES = List.of(128, 256, 384, 512, 1024, 2048, 3072, 4000);

  private static final int PROBES = 100;
  private static final long PROBE_SEED = 77;

  private final Path output;
  private final Path shortModel;
  private final Path longModel;
  private long seed = 1;
  private Consumer<TrainingProgress> listener = progress -> {};

  private TrainPair(Path output) {
    this.output = output;
    this.shortModel = output.resolve("short");
    this.longModel = output.resolve("long");
  }

  /**
   * Writes two model directories, {@code output/short} and {@code output/long}, and the loss curve
   * of their training, {@code output/curve.csv}.
   */
  public static TrainPair into(Path output) {
    return new TrainPair(output);
  }

  /** The seed of the first weights and of all training texts; 1 if not set. */
  public TrainPair seed(long value) {
    seed = value;
    return this;
  }

  /** Called with the progress of training every few steps. */
  public TrainPair progress(Consumer<TrainingProgress> consumer) {
    listener = consumer;
    return this;
  }

  /**
   * What was made.
   *
   * @param recall of both models, one row for each distance, the nearest first
   * @param checksums SHA-256 in hexadecimal digits of every model file, by its path in the output
   * @param elapsed time of training and measuring
   */
  public record Result(List<RecallRow> recall, Map<String, String> checksums, Duration elapsed) {
    public Result {
      recall = List.copyOf(recall);
      checksums = new TreeMap<>(checksums);
    }
  }

  /**
   * Trains both models and measures their recall.
   *
   * @throws ModelException if the output holds a pair already or cannot be written
   */
  public Result execute() {
    long start = System.nanoTime();
    requireEmpty();
    StringBuilder curve = new StringBuilder("stage,step,tokens,loss\n");
    train(
        progress -> {
          curve.append(curveRow(progress));
          listener.accept(progress);
        });
    List<RecallRow> recall = recall();
    try {
      Files.writeString(output.resolve("curve.csv"), curve);
      return new Result(recall, checksums(), Duration.ofNanos(System.nanoTime() - start));
    } catch (IOException e) {
      throw new ModelException("%s cannot be written: %s".formatted(output, e.getMessage()), e);
    }
  }

  private void requireEmpty() {
    if (Files.exists(shortModel) || Files.exists(longModel)) {
      throw new ModelException(
          output + " already holds a pair; give another --output, or remove it first");
    }
  }

  private void train(Consumer<TrainingProgress> progress) {
    PairCurriculum curriculum = new PairCurriculum(seed);
    List<Stage> shortStages = curriculum.shortStages();
    List<Stage> longStages = curriculum.longStages();
    List<Stage> lastStages = curriculum.lastStages();
    Training training =
        new Training(
            Stream.of(shortStages, longStages, lastStages).flatMap(List::stream).toList(),
            progress);
    PairCurriculum.MODEL.write(shortModel, curriculum.vocabulary(), seed);
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
  }

  private static String curveRow(TrainingProgress progress) {
    return String.format(
        Locale.ROOT,
        "%s,%d,%d,%.4f%n",
        progress.stage(),
        progress.step(),
        progress.tokens(),
        progress.loss());
  }

  private List<RecallRow> recall() {
    List<Double> ofShort = recall(shortModel);
    List<Double> ofLong = recall(longModel);
    List<RecallRow> rows = new ArrayList<>();
    for (int i = 0; i < DISTANCES.size(); i++) {
      rows.add(new RecallRow(DISTANCES.get(i), ofShort.get(i), ofLong.get(i)));
    }
    return rows;
  }

  private static List<Double> recall(Path model) {
    try (RecallProbe probe = RecallProbe.of(model, PROBES, PROBE_SEED)) {
      return DISTANCES.stream().map(probe::atDistance).toList();
    }
  }

  private Map<String, String> checksums() throws IOException {
    Map<String, String> checksums = new TreeMap<>();
    for (Path model : List.of(shortModel, longModel)) {
      for (String name : List.of(ModelConfig.FILE, Tokenizer.FILE, SafetensorsFile.FILE)) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(model.resolve(name)))) {
          checksums.put(model.getFileName() + "/" + name, DigestUtils.sha256Hex(in));
        }
      }
    }
    return checksums;
  }
}
