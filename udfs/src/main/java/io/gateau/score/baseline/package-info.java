/**
 * Signals of the selectors that GATEAU is compared with. They are signals like those of {@code
 * io.gateau.score}, which knows none of them; the strategies name them. Start with {@link
 * io.gateau.score.baseline.RecentContextLoss}.
 */
package io.gateau.score.baseline;
