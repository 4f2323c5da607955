/**
 * What tasks count, and who is told of it. Start reading at {@link
 * io.gateau.pipeline.progress.ScoreProgress}. The package imports Spark's accumulators.
 */
package io.gateau.pipeline.progress;
