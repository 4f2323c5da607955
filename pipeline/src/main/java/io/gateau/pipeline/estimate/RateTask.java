package io.gateau.pipeline.estimate;

import io.gateau.model.ModelSpec;
import io.gateau.model.Work;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.pipeline.ScoreConfig;
import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import io.gateau.score.SampleScorer;
import io.gateau.score.SampleStatus;
import io.gateau.score.ScoringConfig;
import io.gateau.score.Signal;
import io.gateau.score.TokenizedSample;
import io.gateau.score.cost.SampleCost;
import io.gateau.udf.FetchedModels;
import io.gateau.udf.SampleTokenizers;
import io.gateau.udf.TaskModels;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Scores a few samples for some seconds, as scoring would, and throws the signals away. Samples
 * that would take too long are cut; the first one, a short one, warms up.
 */
final class RateTask implements FlatMapFunction<Iterator<Integer>, MeasuredRate> {
  @Serial private static final long serialVersionUID = 1;

  private static final int FIRST_TOKENS = 512;

  /** No sample takes more than this share of the seconds. */
  private static final int SAMPLES = 4;

  private final ScoreConfig config;
  private final List<Texts> texts;
  private final int seconds;
  private final SerializableConfiguration hadoop;

  /** A sample before it is tokenized. */
  record Texts(String context, String instruction, String response) implements Serializable {}

  RateTask(ScoreConfig config, List<Texts> texts, int seconds, SerializableConfiguration hadoop) {
    this.config = config;
    this.texts = List.copyOf(texts);
    this.seconds = seconds;
    this.hadoop = hadoop;
  }

  @Override
  public Iterator<MeasuredRate> call(Iterator<Integer> numbers) {
    int first = numbers.next();
    Map<ModelRole, ModelSpec> specs = new EnumMap<>(ModelRole.class);
    config
        .models()
        .forEach((role, spec) -> specs.put(role, FetchedModels.local(spec, hadoop.value())));
    // All are loaded before the first scorer, which plans with the memory that is left.
    specs.values().forEach(TaskModels::get);
    Run run = new Run(specs);
    int least = run.least();
    run.score(run.tokenized(first, least));
    if (run.flops == 0) {
      return List.of(MeasuredRate.NONE).iterator();
    }
    run.reset();
    run.score(run.tokenized(first, least));
    int maxTokens = run.affordable(least);
    run.reset();
    for (int i = first; run.nanos < TimeUnit.SECONDS.toNanos(seconds); i++) {
      run.score(run.tokenized(i, maxTokens));
    }
    return List.of(new MeasuredRate(1, run.flops, run.nanos * 1e-9)).iterator();
  }

  private final class Run {
    private final Map<ModelRole, SampleScorer> scorers = new EnumMap<>(ModelRole.class);
    private final SampleTokenizers tokenizers;
    private final SampleCost cost;
    private double flops;
    private long nanos;

    Run(Map<ModelRole, ModelSpec> specs) {
      Map<ModelRole, ModelConfig> configs = new EnumMap<>(ModelRole.class);
      specs.forEach(
          (role, spec) -> {
            SampleScorer scorer = TaskModels.scorer(spec, config.scoring());
            scorer.listener((Work work, long sequences) -> flops += work.flops());
            scorers.put(role, scorer);
            configs.put(role, spec.config(TaskModels.get(spec).checkpoint()));
          });
      tokenizers = new SampleTokenizers(specs);
      cost = new SampleCost(configs, config.scoring());
    }

    void reset() {
      flops = 0;
      nanos = 0;
    }

    /** Samples that fill a batch, from one of them on. */
    List<Map<ModelRole, TokenizedSample>> tokenized(int first, int maxTokens) {
      ScoringConfig scoring = config.scoring().withMaxTokens(maxTokens);
      long start = System.nanoTime();
      List<Map<ModelRole, TokenizedSample>> batch = new ArrayList<>();
      int tokens = 0;
      for (int i = 0; i < texts.size() && tokens < batchTokens(); i++) {
        Texts sample = texts.get((first + i) % texts.size());
        Map<ModelRole, TokenizedSample> tokenized = of(sample, scoring);
        if (tokenized.entrySet().stream()
            .allMatch(
                role ->
                    tokenizers.before(role.getKey(), role.getValue(), scoring)
                        == SampleStatus.OK)) {
          batch.add(tokenized);
          tokens += measured(tokenized).tokens();
        }
      }
      nanos += System.nanoTime() - start;
      return batch;
    }

    private int batchTokens() {
      return scorers.values().stream().mapToInt(SampleScorer::batchTokens).min().orElseThrow();
    }

    void score(List<Map<ModelRole, TokenizedSample>> batch) {
      long start = System.nanoTime();
      scorers.forEach(
          (role, scorer) ->
              scorer.score(
                  batch,
                  sample -> sample.get(role),
                  sample -> needed(role, sample.get(role)),
                  (sample, values) -> {}));
      nanos += System.nanoTime() - start;
    }

    private List<Signal> needed(ModelRole role, TokenizedSample sample) {
      return config.signals().stream()
          .filter(signal -> signal.role() == role)
          .map(ModelSignal::signal)
          .filter(signal -> signal.before(sample, config.scoring()) == SampleStatus.OK)
          .toList();
    }

    /** The longest sequence whose sample takes its share of the seconds, at the rate until now. */
    int affordable(int least) {
      double most = flops / (nanos * 1e-9) * seconds / SAMPLES;
      int maxTokens = config.scoring().maxTokens();
      while (maxTokens / 2 >= least && costOf(maxTokens) > most) {
        maxTokens /= 2;
      }
      return maxTokens;
    }

    private Map<ModelRole, TokenizedSample> of(Texts sample, ScoringConfig scoring) {
      return tokenizers.tokenize(
          scoring, sample.context(), sample.instruction(), sample.response());
    }

    /** The tokens that a sample is measured in, as the estimate does. */
    private TokenizedSample measured(Map<ModelRole, TokenizedSample> sample) {
      return sample.get(config.tokenizingRole());
    }

    /** Enough tokens of every model for some context beside the shortest question and answer. */
    int least() {
      int beside =
          texts.stream()
              .map(sample -> of(sample, config.scoring()).values().stream())
              .mapToInt(
                  models ->
                      models
                          .mapToInt(sample -> sample.tokens() - sample.context().length)
                          .max()
                          .orElseThrow())
              .min()
              .orElse(0);
      return Math.min(config.scoring().maxTokens(), Math.max(FIRST_TOKENS, 2 * beside));
    }

    /** Of the dearest sample. */
    private double costOf(int maxTokens) {
      ScoringConfig scoring = config.scoring().withMaxTokens(maxTokens);
      return texts.stream()
          .map(sample -> measured(of(sample, scoring)))
          .mapToDouble(sample -> cost.of(sample.lengths(), config.signals()).flops())
          .max()
          .orElse(0);
    }
  }
}
