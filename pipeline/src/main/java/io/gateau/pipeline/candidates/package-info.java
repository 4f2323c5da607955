/**
 * The samples that a selection chooses from: which are rejected and why, and the ranking of the
 * others. It may import every step of {@code pipeline}, but no whole job. Start with {@link
 * io.gateau.pipeline.candidates.RankedSamples}.
 */
package io.gateau.pipeline.candidates;
