/**
 * Reading of instruction samples: files in, one row per record out, good or rejected with a reason.
 *
 * <p>{@link io.gateau.pipeline.read.SampleReader} is the way in; {@link
 * io.gateau.pipeline.read.record.RecordColumns} names the columns that come out.
 */
package io.gateau.pipeline.read;
