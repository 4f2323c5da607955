/** What a machine has and lacks for Gateau, each with how to mend it. */
package io.gateau.jobs.doctor;
