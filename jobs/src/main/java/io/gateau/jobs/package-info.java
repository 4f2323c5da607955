/**
 * The command line: one class for each subcommand of {@code gateau}; those on Spark are main
 * classes for spark-submit too. It may import every layer below but DJL and the decoder, and it
 * holds no arithmetic. Start with {@link io.gateau.jobs.Gateau}, which lists the commands, then
 * read {@link io.gateau.jobs.Job}, which runs those on Spark.
 */
package io.gateau.jobs;
