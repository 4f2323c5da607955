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
 * Measures how often a model tells a planted fact rightly: all tokens of the answer must be the
 * most likely ones at their places, which is what greedy decoding would give.
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
   * Measures the model in a directory, with so many samples for each number.
   *
   * @throws io.gateau.model.checkpoint.ModelException if it cannot be used
   */
  static RecallProbe of(Path model, int samples, long seed) {
    return new RecallProbe(LoadedModel.onCpu(model), samples, seed);
  }

  /**
   * Facts so many tokens before the end of a context that is hardly longer.
   *
   * @return share of samples that are told rightly, in [0, 1]
   */
  double atDistance(int distance) {
    int context = Math.max(256, distance + ROOM);
    return share(Kind.LONG_RANGE, new IntRange(context, context), new IntRange(distance, distance));
  }

  /** Any kind, in contexts of so many tokens. */
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
    return planted.stream().filter(sample -> isToldRightly(sample)).count() / (double) samples;
  }

  private boolean isToldRightly(PlantedSample sample) {
    TokenizedSample pieces =
        TokenizedSample.of(
            model.tokenizer(),
            PromptTemplate.GATEAU,
            sample.context(),
            sample.instruction(),
            sample.response());
    int[] told = decoder.mostLikely(pieces.sequence(), pieces.response().length);
    return Arrays.equals(pieces.response(), told);
  }

  @Override
  public void close() {
    model.close();
  }
}
