package io.gateau.bench;

import ai.djl.pytorch.jni.IValue;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.decoder.Decoder;
import io.gateau.model.decoder.TileSizes;
import io.gateau.model.torch.TensorScope;
import io.gateau.score.PromptTemplate;
import io.gateau.score.SampleScorer;
import io.gateau.score.ScoringConfig;
import io.gateau.score.TokenizedSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * Times the engine on one shape with random weights, beside the matrix products that libtorch
 * reaches in the same process. Every measurement goes in turns with the products, so that a busy
 * machine slows both; the figures are medians.
 *
 * <p>Work is counted as a whole forward pass counts it: all layers over all tokens, causal
 * attention as half a square, the output projection of the scored positions; a fused multiply-add
 * is two operations. What the engine saves by computing less (the last layer needs few rows) shows
 * as speed.
 */
public final class EngineBenchmark implements AutoCloseable {
  private static final int CUBE = 2_048;

  private final ModelConfig config;
  private final RandomModel model;
  private final Dtype type;
  private final int rounds;
  private final int tasks;
  private final ExecutorService others;
  private final Random random = new Random(1);
  private final TensorScope scope = new TensorScope();
  private final List<Product> products = new ArrayList<>();

  /**
   * Makes the model.
   *
   * @param rounds how often everything is timed
   * @param tasks how many threads do the same at once, as the tasks of an executor; rates are those
   *     of all together
   */
  public EngineBenchmark(ModelConfig config, Dtype type, int rounds, int tasks) {
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds is " + rounds + "; it must be 1 or more");
    }
    if (tasks < 1) {
      throw new IllegalArgumentException("tasks is " + tasks + "; it must be 1 or more");
    }
    this.config = config;
    this.type = type;
    this.rounds = rounds;
    this.tasks = tasks;
    others = Executors.newCachedThreadPool();
    model = new RandomModel(config, type, "cpu");
    int rows = TileSizes.DEFAULT.tokens();
    products.add(product(CUBE, CUBE, CUBE));
    products.add(product(rows, config.hiddenSize(), config.feedForwardSize()));
    products.add(product(rows, config.feedForwardSize(), config.hiddenSize()));
    products.add(product(rows, config.hiddenSize(), config.heads() * config.headSize()));
  }

  /**
   * One measurement.
   *
   * @param seconds median time of one pass
   * @param tokensPerSecond tokens read
   * @param gigaflops work of a whole forward pass per second, in 10^9 operations
   * @param ofProduct that rate over the best matrix product's, each a median of the same rounds
   */
  public record Rate(double seconds, double tokensPerSecond, double gigaflops, double ofProduct) {}

  /**
   * The matrix products' own rates, in 10^9 operations per second: median of each, by its shape.
   */
  public record ProductRate(int rows, int inner, int columns, double gigaflops) {}

  /**
   * Passes over sequences of random tokens.
   *
   * @param sequences how many are read together
   * @param tokens length of each
   * @param responseTokens scored tokens at the end of each
   */
  public Rate passes(int sequences, int tokens, int responseTokens) {
    int[][] batch = batch(sequences, tokens);
    Decoder decoder = model.decoder();
    double[] seconds = new double[rounds];
    double[][] each = new double[products.size()][rounds];
    time(() -> decoder.negativeLogLikelihood(batch, responseTokens));
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < each.length; i++) {
        each[i][round] = products.get(i).seconds();
      }
      seconds[round] = time(() -> decoder.negativeLogLikelihood(batch, responseTokens));
    }
    double best = 0;
    for (int i = 0; i < each.length; i++) {
      best = Math.max(best, tasks * products.get(i).operations() / median(each[i]));
    }
    double median = median(seconds);
    double rate = tasks * operations(sequences, tokens, responseTokens) / median;
    double read = (double) tasks * sequences * tokens;
    return new Rate(median, read / median, rate / 1e9, rate / best);
  }

  /** Time of a pass with attention focus over time of one without: median of the rounds' ratios. */
  public double focusRatio(int tokens, int responseTokens) {
    int[][] batch = batch(1, tokens);
    Decoder decoder = model.decoder();
    time(() -> decoder.scoreWithFocus(batch[0], responseTokens));
    double[] ratios = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      double plain = time(() -> decoder.negativeLogLikelihood(batch, responseTokens));
      ratios[round] = time(() -> decoder.scoreWithFocus(batch[0], responseTokens)) / plain;
    }
    return median(ratios);
  }

  /**
   * Short samples of different lengths, one by one and in batches.
   *
   * @param samples how many
   * @param shortest tokens of the shortest
   * @param longest tokens of the longest
   * @param alone tokens per second, one by one
   * @param together tokens per second, in batches
   * @param ratio median of the rounds' ratios of the times
   */
  public record ShortSamples(
      int samples, int shortest, int longest, double alone, double together, double ratio) {}

  /**
   * Scores so many samples whose lengths are spread evenly, as a task would and one at a time.
   *
   * @param responseTokens scored tokens of each, fewer than {@code shortest}
   */
  public ShortSamples shortSamples(int samples, int shortest, int longest, int responseTokens) {
    List<TokenizedSample> texts = new ArrayList<>();
    int tokens = 0;
    for (int i = 0; i < samples; i++) {
      int length = shortest + (longest - shortest) * i / Math.max(1, samples - 1);
      texts.add(sample(batch(1, length)[0], responseTokens));
      tokens += length;
    }
    double[] alone = new double[rounds];
    double[] together = new double[rounds];
    double[] ratios = new double[rounds];
    time(() -> score(1, texts));
    time(() -> score(ScoringConfig.AUTO_BATCH, texts));
    for (int round = 0; round < rounds; round++) {
      alone[round] = time(() -> score(1, texts));
      together[round] = time(() -> score(ScoringConfig.AUTO_BATCH, texts));
      ratios[round] = alone[round] / together[round];
    }
    double read = (double) tasks * tokens;
    return new ShortSamples(
        samples, shortest, longest, read / median(alone), read / median(together), median(ratios));
  }

  private static TokenizedSample sample(int[] sequence, int responseTokens) {
    int context = sequence.length - responseTokens;
    return new TokenizedSample(
        new int[0],
        Arrays.copyOf(sequence, context),
        new int[0],
        Arrays.copyOfRange(sequence, context, sequence.length),
        false);
  }

  private void score(int batchTokens, List<TokenizedSample> samples) {
    ScoringConfig scoring =
        new ScoringConfig(
            PromptTemplate.GATEAU,
            ScoringConfig.DEFAULT.maxTokens(),
            ScoringConfig.DEFAULT.segmentTokens(),
            batchTokens);
    new SampleScorer(model.decoder(), scoring).perplexities(samples);
  }

  /**
   * The price of one sample.
   *
   * @param seconds short pass, long pass with focus, and all segments in batches
   * @param publishedSeconds what the published scripts do, on this engine: two passes over the
   *     padded length with all logits, one more for the attention, and every segment alone with all
   *     logits
   */
  public record Price(double seconds, double publishedSeconds) {
    public double ratio() {
      return publishedSeconds / seconds;
    }
  }

  /**
   * Measures both plans, each part once.
   *
   * @param context context tokens
   * @param rest tokens of instruction and response, all of them scored
   * @param segment tokens of a segment
   * @param padded length that the published scripts pad every sample to
   */
  public Price price(int context, int rest, int segment, int padded) {
    Decoder decoder = model.decoder();
    int segments = context / segment;
    int together = Math.max(1, SampleScorer.CPU_BATCH_TOKENS / (segment + rest));
    int[][] one = batch(1, context + rest);
    int[][] many = batch(together, segment + rest);
    int[][] alone = batch(1, segment + rest);
    int[][] wide = batch(1, padded);
    decoder.negativeLogLikelihood(many, rest);
    double ours =
        time(() -> decoder.negativeLogLikelihood(one, rest))
            + time(() -> decoder.scoreWithFocus(one[0], rest))
            + time(() -> decoder.negativeLogLikelihood(many, rest)) * segments / together;
    double allLogits = time(() -> decoder.negativeLogLikelihood(wide, padded - 1));
    double attention = time(() -> decoder.scoreWithFocus(wide[0], rest));
    double lonely = time(() -> decoder.negativeLogLikelihood(alone, segment + rest - 1));
    return new Price(ours, 2 * allLogits + attention + segments * lonely);
  }

  /** Rates of the matrix products alone. */
  public List<ProductRate> productRates() {
    List<ProductRate> rates = new ArrayList<>();
    for (Product product : products) {
      double[] seconds = new double[rounds];
      for (int round = 0; round < rounds; round++) {
        seconds[round] = product.seconds();
      }
      rates.add(
          new ProductRate(
              product.rows,
              product.inner,
              product.columns,
              tasks * product.operations() / median(seconds) / 1e9));
    }
    return rates;
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
    others.shutdown();
    scope.close();
    model.close();
  }

  private final class Product {
    private final int rows;
    private final int inner;
    private final int columns;
    private final IValue left;
    private final IValue right;

    Product(int rows, int inner, int columns) {
      this.rows = rows;
      this.inner = inner;
      this.columns = columns;
      left = model.matrix(rows, inner, type, scope);
      right = model.matrix(columns, inner, type, scope);
    }

    double operations() {
      return 2.0 * rows * inner * columns;
    }

    double seconds() {
      return time(() -> model.program().call("matmul", left, right).close());
    }
  }

  private Product product(int rows, int inner, int columns) {
    Product product = new Product(rows, inner, columns);
    product.seconds();
    return product;
  }

  private int[][] batch(int sequences, int tokens) {
    int[][] batch = new int[sequences][];
    Arrays.setAll(batch, i -> random.ints(tokens, 0, config.vocabularySize()).toArray());
    return batch;
  }

  /** Seconds until every task has done it; the first task is this thread. */
  private double time(Runnable work) {
    long start = System.nanoTime();
    CompletableFuture<?>[] running =
        IntStream.range(1, tasks)
            .mapToObj(task -> CompletableFuture.runAsync(work, others))
            .toArray(CompletableFuture<?>[]::new);
    work.run();
    CompletableFuture.allOf(running).join();
    return (System.nanoTime() - start) / 1e9;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
