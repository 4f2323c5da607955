/**
 * The narrow table of the samples, which holds no texts, and the way from its rows back to the
 * records they were made of. It may import {@code read} and nothing else of gateau. Start with
 * {@link io.gateau.pipeline.samples.SampleTable} and {@link
 * io.gateau.pipeline.samples.OriginalRecords}.
 */
package io.gateau.pipeline.samples;
