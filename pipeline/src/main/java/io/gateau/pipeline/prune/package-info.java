/**
 * Scoring only what can still be selected: which samples need no segment pass, since their scores
 * are bounded below the cut. It may import every step of {@code pipeline}, but no whole job. Start
 * with {@link io.gateau.pipeline.prune.BoundedSamples}.
 */
package io.gateau.pipeline.prune;
