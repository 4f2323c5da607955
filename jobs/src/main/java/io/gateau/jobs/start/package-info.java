/**
 * What is checked on the driver before Spark starts: paths of this machine and schemes of URLs. It
 * may import everything below the commands; it knows no command and no session. Start with {@link
 * io.gateau.jobs.start.StartChecks}.
 */
package io.gateau.jobs.start;
