package io.gateau.math;

import io.gateau.math.ContextualAwareness.Importance;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The maths beside inference, for one sample of 16,000 context tokens (125 segments) or a set of
 * 2,000 rows: {@code mvn -pl udfs -Pjmh clean test-compile exec:exec@jmh}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HotMathsBenchmark {
  private static final int CONTEXT = 16_000;
  private static final int SEGMENT = 128;
  private static final int RESPONSE = 400;
  private static final int ROWS = 2_000;

  private final double[] perToken = new double[CONTEXT];
  private final double[] attention = new double[CONTEXT / SEGMENT];
  private final double[] perplexity = new double[CONTEXT / SEGMENT];
  private final double[] losses = new double[RESPONSE];
  private final double[] scores = new double[ROWS];
  private final boolean[] wanted = new boolean[ROWS];

  @Setup
  public void fill() {
    Random random = new Random(1);
    for (double[] numbers : new double[][] {perToken, attention, perplexity, losses, scores}) {
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = 0.1 + random.nextDouble();
      }
    }
    for (int i = 0; i < ROWS; i++) {
      wanted[i] = random.nextInt(10) < 3;
    }
  }

  @Benchmark
  public double[] segmentMeans() {
    return Segments.means(perToken, Segments.of(CONTEXT, SEGMENT));
  }

  @Benchmark
  public double contextualAwareness() {
    return ContextualAwareness.of(attention, perplexity, Importance.PERPLEXITY);
  }

  @Benchmark
  public double responsePerplexity() {
    return Perplexity.of(losses);
  }

  @Benchmark
  public double[] ranks() {
    return Ranks.of(scores);
  }

  @Benchmark
  public double areaUnderRoc() {
    return RankingQuality.areaUnderRoc(scores, wanted);
  }
}
