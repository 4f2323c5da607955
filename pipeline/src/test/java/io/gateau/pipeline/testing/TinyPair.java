package io.gateau.pipeline.testing;

import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.pipeline.ScoreConfig;
import io.gateau.pipeline.ScoreLimits;
import io.gateau.score.PromptTemplate;
import io.gateau.score.ScoringConfig;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Two tiny siblings on disk and how the tests score with them.
 *
 * @param shortTheta rotary base of the short model
 */
public record TinyPair(
    Path shortModel,
    Path longModel,
    double shortTheta,
    int segmentTokens,
    int batchTokens,
    int checkpointSeconds) {

  public static final double LONG_THETA = 40_000;
  public static final int SEGMENT_TOKENS = 16;

  /** Every generated sample fits, with room to spare. */
  public static final int MAX_TOKENS = 260;

  public static TinyPair write(Path folder) throws IOException {
    return new TinyPair(
        TinyCheckpoint.tied().write(folder.resolve("short")),
        TinyCheckpoint.tied().seed(5).write(folder.resolve("long")),
        ModelSpec.CONFIGURED_THETA,
        SEGMENT_TOKENS,
        512,
        ScoreLimits.DEFAULT.checkpointSeconds());
  }

  public TinyPair withShortTheta(double other) {
    return new TinyPair(
        shortModel, longModel, other, segmentTokens, batchTokens, checkpointSeconds);
  }

  public TinyPair withSegmentTokens(int other) {
    return new TinyPair(shortModel, longModel, shortTheta, other, batchTokens, checkpointSeconds);
  }

  public TinyPair withBatchTokens(int other) {
    return new TinyPair(shortModel, longModel, shortTheta, segmentTokens, other, checkpointSeconds);
  }

  public TinyPair withCheckpointSeconds(int other) {
    return new TinyPair(shortModel, longModel, shortTheta, segmentTokens, batchTokens, other);
  }

  public TinyPair withLongModel(Path other) {
    return new TinyPair(
        shortModel, other, shortTheta, segmentTokens, batchTokens, checkpointSeconds);
  }

  public ScoreConfig config() {
    return new ScoreConfig(
        new ModelSpec(shortModel.toString(), shortTheta, Dtype.FLOAT32, "cpu"),
        new ModelSpec(longModel.toString(), LONG_THETA, Dtype.FLOAT32, "cpu"),
        TestRun.SIGNALS,
        new ScoringConfig(PromptTemplate.GATEAU, MAX_TOKENS, segmentTokens, batchTokens),
        ScoreLimits.DEFAULT.withCheckpointSeconds(checkpointSeconds));
  }
}
