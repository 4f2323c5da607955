/**
 * From a sample to its raw signals: token pieces, requests, batches that are planned, run and made
 * smaller when memory is short. It imports {@code math} and the {@code model} packages; Spark and
 * the output folder are above it. Start with {@link io.gateau.score.SampleScorer}; {@link
 * io.gateau.score.BatchPlanner} cuts batches and {@link io.gateau.score.BatchScheduler} runs them.
 */
package io.gateau.score;
