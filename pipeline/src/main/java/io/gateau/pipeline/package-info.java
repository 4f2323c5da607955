/**
 * The actions of a run: score samples, select the best, and record both in {@code manifest.json}.
 * They may import all packages below and {@code io.gateau.udf}; nothing below imports them. Start
 * with {@link io.gateau.pipeline.ScoreSamples#execute} and {@link
 * io.gateau.pipeline.SelectSamples#execute}.
 */
package io.gateau.pipeline;
