/** What commands write as JSON for other programs. */
package io.gateau.jobs.json;
