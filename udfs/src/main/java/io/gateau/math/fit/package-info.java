/**
 * Fits scales on data sets of any size in a few passes: extremes, exact quantiles, shares of rank,
 * exact sums. It imports {@code io.gateau.math} and the JDK only; who has the rows implements
 * {@link io.gateau.math.fit.RowPasses}. Start with {@link io.gateau.math.fit.ScaleFit}, then
 * ValueRanges.
 */
package io.gateau.math.fit;
