package io.gateau.bench;

/**
 * How fast short samples of different lengths are scored.
 *
 * @param samples how many
 * @param shortest tokens of the shortest
 * @param longest tokens of the longest
 * @param unbatched tokens per second, one sample at a time
 * @param batched tokens per second, in packed batches
 * @param speedup median over the rounds of unbatched time over batched time
 */
public record ShortSampleRate(
    int samples, int shortest, int longest, double unbatched, double batched, double speedup) {}
