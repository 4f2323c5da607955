/**
 * Samples that share long runs of words with evaluation sets. It may import {@code read}, {@code
 * samples} and {@code math}. Start with {@link
 * io.gateau.pipeline.contamination.ContaminatedSamples}.
 */
package io.gateau.pipeline.contamination;
