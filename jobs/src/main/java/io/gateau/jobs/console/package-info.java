/**
 * What the commands say on a terminal or in a log: progress, tables, summaries, and the message
 * after Ctrl-C. It may import the results of the pipeline and of bench, and the names of settings;
 * it knows no command and no picocli. Start with {@link io.gateau.jobs.console.Summary}.
 */
package io.gateau.jobs.console;
