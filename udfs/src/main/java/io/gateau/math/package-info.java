/**
 * The formulas of the method (docs/method.md, "Scores"): perplexity, homologous guidance,
 * contextual awareness, normalisation, and measures of a ranking. It imports the JDK only. Start
 * with {@link io.gateau.math.GateauScore}, then {@link io.gateau.math.HomologousGuidance} and
 * {@link io.gateau.math.ContextualAwareness}, its two terms.
 */
package io.gateau.math;
