/**
 * Parquet: Spark's reader, with each row turned into JSON and parsed like any other record. It may
 * import {@code read.file} and {@code read.record}. Start with {@link
 * io.gateau.pipeline.read.parquet.ParquetRecords}.
 */
package io.gateau.pipeline.read.parquet;
