/**
 * Tables of Spark's catalogs, of whatever format: every row becomes a JSON object and is parsed
 * like any other record. It may import {@code read.file}, {@code read.record} and, for dates,
 * {@code read.parquet}. Start with {@link io.gateau.pipeline.read.table.TableInput} and {@link
 * io.gateau.pipeline.read.table.TableRecords}.
 */
package io.gateau.pipeline.read.table;
