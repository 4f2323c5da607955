/**
 * Reading of instruction samples: files in, one row per record out, good or rejected with a reason.
 * It may import {@code read.file}, {@code read.record}, {@code read.json} and {@code read.parquet}
 * and nothing else of the pipeline. Start with {@link io.gateau.pipeline.read.SampleReader}; {@link
 * io.gateau.pipeline.read.record.RecordColumns} names the columns that come out.
 */
package io.gateau.pipeline.read;
