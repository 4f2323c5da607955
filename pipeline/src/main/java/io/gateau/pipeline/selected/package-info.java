/**
 * What becomes of the samples that are selected: their rows with the original records, and a table
 * of a Spark catalog, which the table's own format commits in one step. It may import {@code read},
 * {@code samples}, {@code signals} and {@code rank}. Start with {@link
 * io.gateau.pipeline.selected.SelectedRows} and {@link io.gateau.pipeline.selected.SelectedTable}.
 */
package io.gateau.pipeline.selected;
