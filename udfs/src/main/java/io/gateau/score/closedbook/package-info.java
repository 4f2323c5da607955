/**
 * What a model answers without a context. Start with {@link io.gateau.score.closedbook.ClosedBook}.
 */
package io.gateau.score.closedbook;
