/**
 * The store of raw signals: what decides a signal, which signals are missing, how tasks add them
 * and how samples get theirs. It may import {@code read} and {@code io.gateau.score} and {@code
 * io.gateau.model} (no engine). Start with {@link io.gateau.pipeline.signals.SignalStore}; {@link
 * io.gateau.pipeline.signals.SignalColumns} names what ranking and evaluation use.
 */
package io.gateau.pipeline.signals;
