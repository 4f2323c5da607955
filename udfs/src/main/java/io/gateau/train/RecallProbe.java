package io.gateau.train;

import io.gateau.model.LoadedModel;
import io.gateau.model.decoder.Decoder;
import io.gateau.planted.IntRange;
import io.gateau.planted.Kind;
import io.gateau.planted.PlantedConfig;
import io.gateau.planted.PlantedSample;
import io.gateau.planted.PlantedSamples;
import io.gateau.score.PromptTemplate;
import io.gateau.score.TokenizedSample;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Measures how often a model recalls a planted fact: every token of the answer must be the most
 * likely one at its place, which is the answer that greedy decoding gives.
 */
final class RecallProbe implements AutoCloseable {
  private static final int ROOM = 96;
  private static final int TOKENS_PER_FACT = 80;

  private final LoadedModel model;
  private final Decoder decoder;
  private final int samples;
  private final long seed;

  private RecallProbe(LoadedModel model, int samples, long seed) {
    this.model = model;
    this.decoder = model.decoder(model.checkpoint().config().ropeTheta());
    this.samples = samples;
    this.seed = seed;
  }

  /**
   * Opens the model of a directory.
   *
   * @param samples number of samples for each measurement
   * @param seed of the samples
   * @throws io.gateau.model.checkpoint.ModelException if it cannot be used
   */
  static RecallProbe of(Path model, int samples, long seed) {
    return new RecallProbe(LoadedModel.onCpu(model), samples, seed);
  }

  /**
   * Recall of facts that are {@code distance} tokens before the end of a context hardly longer than
   * that.
   *
   * @return share of samples that are answered correctly, in [0, 1]
   */
  double atDistance(int distance) {
    int context = Math.max(256, distance + ROOM);
    return share(Kind.LONG_RANGE, new IntRange(context, context), new IntRange(distance, distance));
  }

  /**
   * Recall of the facts of a kind of sample in contexts of {@code context} tokens.
   *
   * @return share of samples that are answered correctly, in [0, 1]
   */
  double ofKind(Kind kind, int context) {
    return share(kind, new IntRange(context, context), new IntRange(128, Math.max(128, context)));
  }

  private double share(Kind kind, IntRange context, IntRange distance) {
    PlantedSamples planted =
        new PlantedSamples(
            samples,
            seed,
            new PlantedConfig(
                Map.of(kind, 1.0), context, distance, new IntRange(1, 1), 0, TOKENS_PER_FACT));
    return planted.stream().filter(sample -> isCorrect(sample)).count() / (double) samples;
  }

  private boolean isCorrect(PlantedSample sample) {
    TokenizedSample tokenized =
        TokenizedSample.of(
            model.tokenizer(),
            PromptTemplate.GATEAU,
            sample.context(),
            sample.instruction(),
            sample.response());
    int[] answer = decoder.mostLikely(tokenized.sequence(), tokenized.response().length);
    return Arrays.equals(tokenized.response(), answer);
  }

  @Override
  public void close() {
    model.close();
  }
}
