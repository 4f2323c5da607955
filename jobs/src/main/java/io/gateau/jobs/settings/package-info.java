/**
 * What a user can set: every key with its flag, default, check and help text, and the values that a
 * run gets from flags, file and defaults. It may import the records of the pipeline and of the
 * layers below that use the values, and Jackson for the file; it knows neither Spark nor picocli.
 * Start with {@link io.gateau.jobs.settings.SelectionKeys}, which declares {@code --alpha}, then
 * read {@link io.gateau.jobs.settings.Settings}, which resolves the values.
 */
package io.gateau.jobs.settings;
