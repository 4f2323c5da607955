/**
 * Known answers planted in real documents: questions about real text, whose evidence is left where
 * it is, moved, put into the question or left out. It imports the JDK and {@code
 * io.gateau.planted}; tokens and losses come from the caller. Start with {@link
 * io.gateau.planted.real.RealSamples}; {@link io.gateau.planted.real.RealContexts} makes the
 * contexts.
 */
package io.gateau.planted.real;
