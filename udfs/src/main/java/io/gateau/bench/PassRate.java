package io.gateau.bench;

/**
 * How fast the engine runs forward passes of one shape.
 *
 * @param seconds median time of one pass
 * @param tokensPerSecond tokens of the sequences
 * @param gigaflops operations of a whole forward pass per second, in 10^9
 * @param gemmShare that rate over the fastest matrix product's, each a median of the same rounds
 */
public record PassRate(
    double seconds, double tokensPerSecond, double gigaflops, double gemmShare) {}
