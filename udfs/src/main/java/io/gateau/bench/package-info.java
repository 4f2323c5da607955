/**
 * Measurements of the engine on this machine, and estimates of what a model needs, behind plain
 * records. It may import {@code model} with its decoder, {@code score}, DJL and Commons Math; it
 * knows no Spark, and of what it returns nothing names the decoder. Start with {@link
 * io.gateau.bench.EngineBenchmark} for speed and {@link io.gateau.bench.MemoryEstimator} for
 * memory.
 */
package io.gateau.bench;
