/**
 * The work of a scoring job, cut into tasks of similar cost and stored beside the signals, so that
 * a task needs nothing of another executor. Start reading at {@link
 * io.gateau.pipeline.plan.ScoringPlan}. The package imports {@code samples}, {@code signals} and
 * {@code read}, and of the models only what they cost.
 */
package io.gateau.pipeline.plan;
