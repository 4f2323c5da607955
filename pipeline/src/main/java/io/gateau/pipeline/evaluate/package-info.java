/**
 * How well rankings find the samples that the input itself calls wanted. It may import everything
 * in the pipeline, and nothing in the pipeline imports it. Start with {@link
 * io.gateau.pipeline.evaluate.EvaluateSelection}.
 */
package io.gateau.pipeline.evaluate;
