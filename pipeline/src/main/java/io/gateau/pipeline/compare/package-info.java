/**
 * Selections beside each other: what they share, what they keep and what they cost. It may import
 * everything in the pipeline but {@code evaluate}, and nothing in the pipeline imports it. Start
 * with {@link io.gateau.pipeline.compare.CompareSelections}.
 */
package io.gateau.pipeline.compare;
