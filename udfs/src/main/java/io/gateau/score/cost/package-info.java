/**
 * How much work scoring is, known before any model is run: tokens and floating-point operations.
 * Start reading at {@link io.gateau.score.cost.SampleCost}. The package imports {@code score} and
 * the config of checkpoints.
 */
package io.gateau.score.cost;
