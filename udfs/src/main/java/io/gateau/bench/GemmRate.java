package io.gateau.bench;

/**
 * How fast libtorch computes a matrix product (GEMM) of (rows, inner) and (inner, columns).
 *
 * @param gigaflops 10^9 operations per second, a median
 */
public record GemmRate(int rows, int inner, int columns, double gigaflops) {}
