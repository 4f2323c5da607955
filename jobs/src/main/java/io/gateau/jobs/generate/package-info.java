/**
 * The part of {@code gateau generate} that is about real documents. Start with {@link
 * io.gateau.jobs.generate.RealText}.
 */
package io.gateau.jobs.generate;
