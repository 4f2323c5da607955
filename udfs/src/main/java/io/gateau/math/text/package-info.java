/**
 * What two texts have in common: words, shingles, Jaccard similarity, MinHash. Formulas only. Start
 * with {@link io.gateau.math.text.Shingles}.
 */
package io.gateau.math.text;
