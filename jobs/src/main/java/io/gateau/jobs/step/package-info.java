/**
 * What several commands do: score, select, and read a scored folder. The commands themselves are in
 * {@code io.gateau.jobs}.
 */
package io.gateau.jobs.step;
