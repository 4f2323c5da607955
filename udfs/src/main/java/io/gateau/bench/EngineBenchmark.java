package io.gateau.bench;

import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.decoder.Decoder;
import io.gateau.model.decoder.TileSizes;
import io.gateau.model.torch.TensorScope;
import io.gateau.score.PromptTemplate;
import io.gateau.score.ResponseLoss;
import io.gateau.score.SampleScorer;
import io.gateau.score.ScoringConfig;
import io.gateau.score.TokenizedSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * Times the engine on one shape with random weights, beside the matrix products (GEMMs) that
 * libtorch reaches in the same process. Passes and matrix products alternate, so that a busy
 * machine slows both; the figures are medians.
 *
 * <p>Operations are counted as a whole forward pass counts them: all layers over all tokens, causal
 * attention as half a square, the output projection of the scored positions; a fused multiply-add
 * is two operations. What the engine saves by computing less (the last layer needs few rows) shows
 * as speed.
 */
public final class EngineBenchmark implements AutoCloseable {
  private static final int CUBE = 2_048;

  /** Large enough that a GPU reaches its rate, several times that of a CPU. */
  private static final int GPU_CUBE = 8_192;

  private final ModelConfig config;
  private final RandomModel model;
  private final int rounds;
  private final TaskTimer timer;
  private final Random random = new Random(1);
  private final TensorScope scope = new TensorScope();
  private final List<Gemm> gemms = new ArrayList<>();

  /**
   * Makes the model.
   *
   * @param device as {@link io.gateau.model.Devices} names it
   * @param rounds how often everything is timed
   * @param tasks how many threads do the same at once, as the tasks of an executor; rates are their
   *     sum
   * @throws io.gateau.model.checkpoint.ModelException if this process cannot use the device
   */
  public EngineBenchmark(ModelConfig config, Dtype dtype, String device, int rounds, int tasks) {
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds is %d; it must be 1 or more".formatted(rounds));
    }
    if (tasks < 1) {
      throw new IllegalArgumentException("tasks is %d; it must be 1 or more".formatted(tasks));
    }
    this.config = config;
    this.rounds = rounds;
    timer = new TaskTimer(tasks);
    model = new RandomModel(config, dtype, device);
    int cube = model.decoder().isOnGpu() ? GPU_CUBE : CUBE;
    int rows = TileSizes.DEFAULT.tokens();
    int hidden = config.hiddenSize();
    gemms.add(new Gemm(model, dtype, scope, cube, cube, cube));
    gemms.add(new Gemm(model, dtype, scope, rows, hidden, config.feedForwardSize()));
    gemms.add(new Gemm(model, dtype, scope, rows, config.feedForwardSize(), hidden));
    gemms.add(new Gemm(model, dtype, scope, rows, hidden, config.heads() * config.headSize()));
    gemms.forEach(gemm -> timer.seconds(gemm::run));
  }

  /** Rates of the matrix products alone. */
  public List<GemmRate> gemmRates() {
    return gemms.stream()
        .map(gemm -> gemm.rate(timer.tasks(), median(rounds(() -> timer.seconds(gemm::run)))))
        .toList();
  }

  /**
   * Passes over sequences of random tokens.
   *
   * @param sequences how many are in one batch
   * @param tokens length of each
   * @param responseTokens scored tokens at the end of each
   */
  public PassRate passes(int sequences, int tokens, int responseTokens) {
    int[][] batch = batch(sequences, tokens);
    Decoder decoder = model.decoder();
    Runnable pass = () -> decoder.negativeLogLikelihood(batch, responseTokens);
    double[] passSeconds = new double[rounds];
    double[][] gemmSeconds = new double[gemms.size()][rounds];
    timer.seconds(pass);
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < gemms.size(); i++) {
        gemmSeconds[i][round] = timer.seconds(gemms.get(i)::run);
      }
      passSeconds[round] = timer.seconds(pass);
    }
    List<GemmRate> gemmRates = new ArrayList<>();
    for (int i = 0; i < gemms.size(); i++) {
      gemmRates.add(gemms.get(i).rate(timer.tasks(), median(gemmSeconds[i])));
    }
    double seconds = median(passSeconds);
    double rate = timer.tasks() * operations(sequences, tokens, responseTokens) / seconds;
    double all = (double) timer.tasks() * sequences * tokens;
    return new PassRate(seconds, all / seconds, rate / 1e9, rate / Gemm.peak(gemmRates));
  }

  /** Time of a pass with attention focus over time of one without: median of the rounds' ratios. */
  public double focusRatio(int tokens, int responseTokens) {
    int[][] batch = batch(1, tokens);
    Decoder decoder = model.decoder();
    Runnable plain = () -> decoder.negativeLogLikelihood(batch, responseTokens);
    Runnable focused = () -> decoder.scoreWithFocus(batch[0], responseTokens);
    timer.seconds(focused);
    double[] ratios = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      double without = timer.seconds(plain);
      ratios[round] = timer.seconds(focused) / without;
    }
    return median(ratios);
  }

  /**
   * Scores samples whose lengths are spread evenly, in batches and one at a time.
   *
   * @param samples how many
   * @param shortest tokens of the shortest
   * @param longest tokens of the longest
   * @param responseTokens scored tokens of each, fewer than {@code shortest}
   */
  public ShortSampleRate shortSamples(int samples, int shortest, int longest, int responseTokens) {
    List<TokenizedSample> texts = new ArrayList<>();
    int tokens = 0;
    for (int i = 0; i < samples; i++) {
      int length = shortest + (longest - shortest) * i / Math.max(1, samples - 1);
      texts.add(sample(batch(1, length)[0], responseTokens));
      tokens += length;
    }
    Runnable oneByOne = () -> score(1, texts);
    Runnable inBatches = () -> score(ScoringConfig.AUTO_BATCH, texts);
    double[] unbatched = new double[rounds];
    double[] batched = new double[rounds];
    double[] speedups = new double[rounds];
    timer.seconds(oneByOne);
    timer.seconds(inBatches);
    for (int round = 0; round < rounds; round++) {
      unbatched[round] = timer.seconds(oneByOne);
      batched[round] = timer.seconds(inBatches);
      speedups[round] = unbatched[round] / batched[round];
    }
    double all = (double) timer.tasks() * tokens;
    return new ShortSampleRate(
        samples,
        shortest,
        longest,
        all / median(unbatched),
        all / median(batched),
        median(speedups));
  }

  private static TokenizedSample sample(int[] sequence, int responseTokens) {
    int context = sequence.length - responseTokens;
    return new TokenizedSample(
        new int[0],
        new int[0],
        Arrays.copyOf(sequence, context),
        new int[0],
        Arrays.copyOfRange(sequence, context, sequence.length),
        false);
  }

  private void score(int batchTokens, List<TokenizedSample> samples) {
    scorer(batchTokens).score(samples, List.of(new ResponseLoss()));
  }

  private SampleScorer scorer(int batchTokens) {
    ScoringConfig scoring =
        new ScoringConfig(
            PromptTemplate.GATEAU,
            ScoringConfig.DEFAULT.maxTokens(),
            ScoringConfig.DEFAULT.segmentTokens(),
            batchTokens);
    return new SampleScorer(model.decoder(), scoring);
  }

  /**
   * Times one sample by our plan and by that of the published scripts, each part once.
   *
   * @param context context tokens
   * @param rest tokens of instruction and response, all of them scored
   * @param segment tokens of a segment
   * @param padded length that the published scripts pad every sample to
   */
  public ScoringCost scoringCost(int context, int rest, int segment, int padded) {
    Decoder decoder = model.decoder();
    int segments = context / segment;
    int batchTokens = scorer(ScoringConfig.AUTO_BATCH).batchTokens();
    int perBatch = Math.max(1, batchTokens / (segment + rest));
    int[][] whole = batch(1, context + rest);
    int[][] segmentBatch = batch(perBatch, segment + rest);
    int[][] oneSegment = batch(1, segment + rest);
    int[][] paddedSample = batch(1, padded);
    Runnable readSegments = () -> decoder.negativeLogLikelihood(segmentBatch, rest);
    readSegments.run();
    double ours =
        timer.seconds(() -> decoder.negativeLogLikelihood(whole, rest))
            + timer.seconds(() -> decoder.scoreWithFocus(whole[0], rest))
            + timer.seconds(readSegments) * segments / perBatch;
    double allLogits = timer.seconds(() -> decoder.negativeLogLikelihood(paddedSample, padded - 1));
    double attention = timer.seconds(() -> decoder.scoreWithFocus(paddedSample[0], rest));
    double segmentAlone =
        timer.seconds(() -> decoder.negativeLogLikelihood(oneSegment, segment + rest - 1));
    return new ScoringCost(ours, 2 * allLogits + attention + segments * segmentAlone);
  }

  /** Operations of a whole forward pass with the logits of the scored positions. */
  double operations(long sequences, long tokens, long responseTokens) {
    double hidden = config.hiddenSize();
    double queries = (double) config.heads() * config.headSize();
    double keys = (double) config.keyValueHeads() * config.headSize();
    double layer = 2 * hidden * queries + 2 * hidden * keys + 3 * hidden * config.feedForwardSize();
    double attention = (double) tokens * queries;
    double head = responseTokens * hidden * config.vocabularySize();
    return 2.0 * sequences * (config.layers() * tokens * (layer + attention) + head);
  }

  @Override
  public void close() {
    timer.close();
    scope.close();
    model.close();
  }

  private int[][] batch(int sequences, int tokens) {
    int[][] batch = new int[sequences][];
    Arrays.setAll(batch, i -> random.ints(tokens, 0, config.vocabularySize()).toArray());
    return batch;
  }

  private double[] rounds(DoubleSupplier measurement) {
    double[] values = new double[rounds];
    Arrays.setAll(values, round -> measurement.getAsDouble());
    return values;
  }

  private static double median(double[] values) {
    return new Median().evaluate(values);
  }
}
