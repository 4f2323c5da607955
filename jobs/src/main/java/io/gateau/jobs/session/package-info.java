/**
 * The Spark session of a command: what spark-submit, flags, file and defaults say of it, and the
 * jar that executors of a cluster fetch. It may import Spark and the settings; it knows no command.
 * Start with {@link io.gateau.jobs.session.Sessions}.
 */
package io.gateau.jobs.session;
