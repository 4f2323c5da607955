/**
 * Parquet: every row becomes a JSON object, whatever types its columns have, and is parsed like any
 * other record. It may import {@code read.file} and {@code read.record}. Start with {@link
 * io.gateau.pipeline.read.parquet.ParquetRecords}.
 */
package io.gateau.pipeline.read.parquet;
